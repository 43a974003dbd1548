#include "platform/config/config.h"

namespace auricle::config {

const std::vector<Setting>& registry() {
  static const std::vector<Setting> settings = {
      {"data", Kind::text, "",
       "Data directory; made at first use. Default: /var/lib/auricle for root, else the user's own."},
      {"database", Kind::text, "", "postgresql://… to use PostgreSQL instead of the embedded database."},
      {"key_file", Kind::text, "",
       "File of the master key; default: one per installation in the configuration folder."},
      {"listen", Kind::text, "127.0.0.1:8080", "Address and port of the server; port 0 takes any free one."},
      {"public_url", Kind::text, "", "Address people open, for links in mails and on paper; default: from `listen`."},
      {"web", Kind::text, "", "Folder of the web pages; default: `web` beside the program."},
      {"region", Kind::text, "ES", "Country of telephone numbers written without a country code."},
      {"node", Kind::number, "0", "Number of this node when several share a PostgreSQL database.", 0, 7},
      {"http.threads", Kind::number, "0", "Event loops; 0 is one per core.", 0, 256},
      {"http.trusted_proxies", Kind::text, "",
       "Networks whose X-Forwarded-* headers are believed, e.g. 127.0.0.1, 10.0.0.0/8."},
      {"http.max_connections", Kind::number, "20000", "Connections at once; more are refused.", 1, 1000000},
      {"http.idle_timeout", Kind::number, "75", "Seconds a connection may stay open without a request.", 1, 3600},
      {"http.shutdown_timeout", Kind::number, "10", "Seconds that running requests may take to finish at the end.", 1,
       600},
      {"http.max_header", Kind::number, "16384", "Bytes the header of a request may have.", 1024, 1048576},
      {"http.header_timeout", Kind::number, "10", "Seconds a request header may take to arrive.", 1, 3600},
      {"http.transfer_timeout", Kind::number, "20",
       "Seconds a body or an answer may take, plus one for each 32 KiB of it.", 1, 3600},
      {"metrics.token", Kind::text, "", "Bearer token for /metrics; without one it answers only on loopback."},
      {"upgrade.backup", Kind::boolean, "true",
       "Before a newer release changes the schema, back up to the folder `backups` of the data directory."},
      {"log.level", Kind::text, "info", "debug, info, warn or error."},
      {"log.format", Kind::text, "auto", "text, json, or auto: text on a terminal, JSON lines otherwise."},
      {"log.requests", Kind::boolean, "true", "One line for each answered request."},
      {"database.readers", Kind::number, "4", "Connections (PostgreSQL) or threads (embedded) for slow reads.", 1, 64},
  };
  return settings;
}

}  // namespace auricle::config
