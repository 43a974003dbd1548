# Sourced by ./dev: runs every runner, sums their results into one closing line.

start_postgres() { # a private cluster for the tests, on loopback, without fsync; sets AURICLE_TEST_POSTGRES
  [ -n "${AURICLE_TEST_POSTGRES:-}" ] && return
  local bin; bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
  pg_directory=$(mktemp -d /tmp/auricle-postgres.XXXXXX)
  chmod 755 "$pg_directory"
  as_postgres=(env -C /)
  if [ "$(id -u)" = 0 ]; then chown postgres "$pg_directory"; as_postgres+=(runuser -u postgres --); fi
  "${as_postgres[@]}" "$bin/initdb" -D "$pg_directory/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >/dev/null
  local port tries
  for tries in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 20000))
    if "${as_postgres[@]}" "$bin/pg_ctl" -D "$pg_directory/data" -w -t 60 -l "$pg_directory/log" -o \
      "-p $port -k $pg_directory -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300" \
      start >/dev/null; then
      export AURICLE_TEST_POSTGRES=postgresql://postgres@127.0.0.1:$port/postgres
      pg_ctl=$bin/pg_ctl
      return
    fi
  done
  say "PostgreSQL did not start"; cat "$pg_directory/log" >&2; return 1
}

stop_postgres() {
  [ -n "${pg_ctl:-}" ] || return 0
  "${as_postgres[@]}" "$pg_ctl" -D "$pg_directory/data" -m immediate stop >/dev/null || true
  rm -rf "$pg_directory"
}

run_into() { # report command…: a runner that dies without a report is a failure
  local report=$1; shift
  "$@" || true
  [ -s "$report" ] || echo "{\"checks\":[{\"name\":\"$(basename "$report" .json) left no report\",\"ok\":false}]}" >"$report"
}

unit_tests() { # [word]: each module's program
  local program report
  for program in build/release/*_test; do
    [ -x "$program" ] || continue
    [ -n "${1:-}" ] && [ "$(basename "$program")" != "$1_test" ] && continue
    say "Unit tests: $(basename "$program" _test)"
    report=$reports/unit-$(basename "$program").json
    (cd build/release && run_into "$report" "$root/$program" --gtest_brief=1 --gtest_output=json:"$report")
  done
}

# The mail servers, a full disk and the like are made by root: whoever has sudo runs these tests through it.
with_servers() {
  as_root env "PATH=$PATH:/usr/sbin:/sbin" "CI=${CI:-}" "AURICLE_BIN=$AURICLE_BIN" "AURICLE_TEST_DATA=$AURICLE_TEST_DATA" \
    "AURICLE_TEST_POSTGRES=$AURICLE_TEST_POSTGRES" "PLAYWRIGHT_JSON_OUTPUT_NAME=$reports/browser.json" "$@"
  local result=$?
  [ "$(id -u)" = 0 ] || as_root chown -R "$(id -u):$(id -g)" build tests node_modules
  return $result
}

functional_tests() { # [word]
  [ -z "${1:-}" ] || [ -d "tests/functional/$1" ] || return 0
  say "Functional tests${1:+: $1}"
  run_into "$reports/functional.json" with_servers npx vitest run --config tests/vitest.config.ts ${1:+"tests/functional/$1"} \
    --reporter=default --reporter=json --outputFile.json="$reports/functional.json"
}

browser_tests() { # [word]
  say "Browser tests"
  run_into "$reports/browser.json" with_servers npx playwright test --config tests/e2e/playwright.config.ts --reporter=list,json ${1:+"$1"}
}

every_test() {
  run_into "$reports/check.json" check --report "$reports/check.json"
  say "Unit tests run beside the functional ones; what they say comes after those"
  unit_tests >"$reports/unit.log" 2>&1 &
  local units=$!
  functional_tests
  wait "$units" || true
  cat "$reports/unit.log"
  browser_tests
}

run_tests() { # [word]
  local word=${1:-}
  export AURICLE_TEST_DATA=${AURICLE_TEST_DATA:-$root/../shared/data} CI=${CI:-}
  [ -d "$AURICLE_TEST_DATA" ] || say "No test data at $AURICLE_TEST_DATA: its tests are skipped"
  reports=$root/build/reports
  rm -rf "$reports" && mkdir -p "$reports"
  need "${test_packages[@]}"
  build all
  trap stop_postgres EXIT
  start_postgres
  export AURICLE_BIN=$root/build/release/auricle
  case $word in
    '') every_test ;;
    check) run_into "$reports/check.json" check --report "$reports/check.json" ;;
    web | e2e) browser_tests "${2:-}" ;;
    functional) functional_tests "${2:-}" ;;
    unit) unit_tests "${2:-}" ;;
    *) unit_tests "$word"; functional_tests "$word" ;;
  esac
  node tools/sum-tests.mjs "$reports"
}
