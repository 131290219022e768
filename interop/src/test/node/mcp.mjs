import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as newest from '@modelcontextprotocol/client';
import * as widespread from '@modelcontextprotocol/sdk/client/auth.js';
import { Browser, api, callback, goodbye, issuer, register } from './desk.mjs';

/** An MCP client as its host keeps it: in memory here. */
class Provider {
  constructor(registered, more = {}) {
    this.client = registered;
    Object.assign(this, more);
  }
  redirectUrl = callback;
  clientMetadata = {
    client_name: 'A client of MCP', redirect_uris: [callback], grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'], token_endpoint_auth_method: 'none',
  };
  state() { return (this.sentState = crypto.randomUUID()); }
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.kept; }
  saveTokens(tokens) { this.kept = tokens; }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  codeVerifier() { return this.verifier; }
  saveDiscoveryState(state) { this.discovered = state; }
  discoveryState() { return this.discovered; }
  redirectToAuthorization(address) { this.address = address; }
}

const registration = ['--grant', 'authorization_code', '--grant', 'refresh_token', '--redirect-uri', callback,
  '--post-logout-redirect-uri', goodbye, '--api', api, '--scope', 'orders:read', '--scope', 'orders:write',
  '--scope', 'openid', '--scope', 'email', '--scope', 'offline_access'];

/** Asks the API, is sent to its issuer, and comes back with tokens: all that an MCP client does before its first call. */
async function connect({ auth, extractWWWAuthenticateParams }, provider, browser, scope) {
  const refused = await fetch(api);
  assert.equal(refused.status, 401);
  const { resourceMetadataUrl } = extractWWWAuthenticateParams(refused);
  assert.ok(resourceMetadataUrl, 'the challenge says where the metadata stands (RFC 9728 §5.1)');
  assert.equal(await auth(provider, { serverUrl: api, resourceMetadataUrl, scope }), 'REDIRECT');
  assert.equal(provider.address.origin, issuer.origin);
  assert.equal(provider.address.searchParams.get('resource'), api);

  const back = await browser.walk(provider.address);
  assert.equal(back.searchParams.get('state'), provider.sentState);
  const answer = { authorizationCode: back.searchParams.get('code'), iss: back.searchParams.get('iss') };
  assert.ok(answer.authorizationCode, back.href);
  assert.equal(await auth(provider, { serverUrl: api, ...answer }), 'AUTHORIZED');
}

function call(provider, method = 'GET') {
  return fetch(api, { method, headers: { authorization: `Bearer ${provider.kept.access_token}` } });
}

for (const [name, sdk] of Object.entries({ '@modelcontextprotocol/sdk': widespread, '@modelcontextprotocol/client': newest })) {
  describe(name, () => {
    test(`${name}: from a refused call to tokens and on with a refresh`, async () => {
      const provider = new Provider(await register([...registration, '--public']));
      await connect(sdk, provider, new Browser());
      assert.equal((await call(provider)).status, 200);

      const { access_token, refresh_token } = provider.kept;
      assert.equal(await sdk.auth(provider, { serverUrl: api }), 'AUTHORIZED');
      assert.notEqual(provider.kept.access_token, access_token);
      assert.notEqual(provider.kept.refresh_token, refresh_token);
      assert.equal((await call(provider)).status, 200);
    });

    test(`${name}: a client that nobody has registered, and that a document describes`, async () => {
      const provider = new Provider(undefined, { clientMetadataUrl: process.env.CLIENT_DOCUMENT });
      await connect(sdk, provider, new Browser());
      assert.equal(provider.client.client_id, process.env.CLIENT_DOCUMENT);
      assert.equal((await call(provider)).status, 200);
      assert.equal(await sdk.auth(provider, { serverUrl: api }), 'AUTHORIZED');
      assert.equal((await call(provider)).status, 200);
    });

    test(`${name}: a client that registers itself`, async () => {
      const provider = new Provider(undefined);
      await connect(sdk, provider, new Browser());
      assert.ok(provider.client.client_id);
      assert.equal((await call(provider)).status, 200);
      assert.equal(await sdk.auth(provider, { serverUrl: api }), 'AUTHORIZED');
    });

    test(`${name}: a client with a secret`, async () => {
      const provider = new Provider(await register(registration));
      await connect(sdk, provider, new Browser());
      assert.equal((await call(provider)).status, 200);
    });

    test(`${name}: a call that needs another scope leads to exactly that scope`, async () => {
      const provider = new Provider(await register([...registration, '--public']));
      const browser = new Browser();
      await connect(sdk, provider, browser);
      const refused = await call(provider, 'POST');
      assert.equal(refused.status, 403);
      const { scope, resourceMetadataUrl } = sdk.extractWWWAuthenticateParams(refused);
      assert.equal(scope, 'orders:write');

      provider.kept = undefined; // What the SDK's transport does in place of a refresh, which cannot widen a grant.
      assert.equal(await sdk.auth(provider, { serverUrl: api, resourceMetadataUrl, scope: `orders:read ${scope}` }), 'REDIRECT');
      const back = await browser.walk(provider.address);
      await sdk.auth(provider, { serverUrl: api, authorizationCode: back.searchParams.get('code'), iss: back.searchParams.get('iss') });
      assert.equal((await call(provider, 'POST')).status, 200);
    });

    test(`${name}: who the user is, and logout`, async () => {
      const provider = new Provider(await register([...registration, '--public']));
      const browser = new Browser();
      await connect(sdk, provider, browser, 'openid email orders:read');
      const metadata = await sdk.discoverAuthorizationServerMetadata(issuer);
      assert.equal(metadata.issuer, issuer.href.replace(/\/$/, ''));
      const openid = await (await fetch(new URL('/.well-known/openid-configuration', issuer))).json();

      const headers = { authorization: `Bearer ${provider.kept.access_token}` };
      const user = await (await fetch(openid.userinfo_endpoint, { headers })).json();
      assert.equal(user.email, 'vera@example.org');
      const leave = new URL(openid.end_session_endpoint);
      leave.searchParams.set('id_token_hint', provider.kept.id_token);
      leave.searchParams.set('post_logout_redirect_uri', goodbye);
      assert.equal((await browser.walk(leave)).href, goodbye);
    });
  });
}

test('@modelcontextprotocol/client: an answer of another issuer is refused (RFC 9207)', async () => {
  const provider = new Provider(await register([...registration, '--public']));
  await newest.auth(provider, { serverUrl: api });
  const back = await new Browser().walk(provider.address);
  const authorizationCode = back.searchParams.get('code');
  for (const iss of ['https://evil.example', undefined]) {
    await assert.rejects(newest.auth(provider, { serverUrl: api, authorizationCode, iss }), newest.IssuerMismatchError);
  }
  assert.equal(await newest.auth(provider, { serverUrl: api, authorizationCode, iss: back.searchParams.get('iss') }), 'AUTHORIZED');
});

test('@modelcontextprotocol/client: tokens that are bound to a key (DPoP)', async () => {
  const session = await newest.DpopSession.create();
  const provider = new Provider(await register([...registration, '--public']), { dpop: () => session });
  await connect(newest, provider, new Browser());
  assert.equal(provider.kept.token_type, 'DPoP');

  const { access_token } = provider.kept;
  assert.equal((await call(provider)).status, 401);
  const proof = await session.buildProof({ htm: 'GET', htu: api, accessToken: access_token });
  const answer = await fetch(api, { headers: { authorization: `DPoP ${access_token}`, dpop: proof } });
  assert.equal(answer.status, 200);
  assert.equal(await newest.auth(provider, { serverUrl: api }), 'AUTHORIZED');
  assert.notEqual(provider.kept.access_token, access_token);
});
