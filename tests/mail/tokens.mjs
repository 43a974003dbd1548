// A token server on loopback, as a provider's would be: consent, code with PKCE, refresh with rotation, introspection for Dovecot.
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const challenge_of = (verifier) => createHash('sha256').update(verifier).digest('base64url');

export async function start_token_server({
  client_id = 'clinic',
  client_secret = 'client secret',
  user,
  expires_in = 3600,
}) {
  const codes = new Map();
  const access = new Map();
  const refresh = new Set();
  const server_state = { expires_in, revoked: false, refreshes: 0, asked: [] };
  const give = () => {
    const tokens = {
      access_token: randomUUID(),
      refresh_token: randomUUID(),
      token_type: 'Bearer',
      expires_in: server_state.expires_in,
    };
    access.set(tokens.access_token, user);
    refresh.add(tokens.refresh_token);
    return tokens;
  };
  const token = (form) => {
    if (form.get('client_id') !== client_id || form.get('client_secret') !== client_secret)
      return [401, { error: 'invalid_client' }];
    if (server_state.revoked) return [400, { error: 'invalid_grant' }];
    if (form.get('grant_type') === 'authorization_code') {
      const asked = codes.get(form.get('code'));
      codes.delete(form.get('code'));
      if (
        !asked ||
        challenge_of(form.get('code_verifier')) !== asked.challenge ||
        form.get('redirect_uri') !== asked.redirect
      )
        return [400, { error: 'invalid_grant' }];
      return [200, give()];
    }
    if (!refresh.delete(form.get('refresh_token'))) return [400, { error: 'invalid_grant' }];
    ++server_state.refreshes;
    return [200, give()];
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const url = new URL(request.url, 'http://localhost');
    const json = (status, value) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    if (url.pathname === '/authorize') {
      const query = url.searchParams;
      const code = randomUUID();
      codes.set(code, { challenge: query.get('code_challenge'), redirect: query.get('redirect_uri') });
      const back = new URL(query.get('redirect_uri'));
      back.searchParams.set('code', code);
      back.searchParams.set('state', query.get('state'));
      return response.writeHead(302, { Location: back.href }).end();
    }
    if (url.pathname === '/token') return json(...token(new URLSearchParams(body)));
    if (url.pathname === '/introspect') {
      const asked = new URLSearchParams(body).get('token') ?? url.searchParams.get('token');
      server_state.asked.push(asked);
      return json(
        200,
        access.has(asked) && !server_state.revoked ? { active: true, username: access.get(asked) } : { active: false },
      );
    }
    return json(404, {});
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    state: server_state,
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
