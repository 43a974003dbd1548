export interface TokenServer {
  state: { expires_in: number; revoked: boolean; refreshes: number; asked: string[] };
  url: string;
  stop(): Promise<void>;
}
export function start_token_server(options: {
  client_id?: string;
  client_secret?: string;
  user: string;
  expires_in?: number;
}): Promise<TokenServer>;
