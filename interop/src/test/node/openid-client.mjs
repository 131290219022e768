import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as client from 'openid-client';
import { Browser, api, callback, goodbye, issuer, operator, register } from './desk.mjs';

const insecure = { execute: [client.allowInsecureRequests] }; // The server of a test is on loopback, without TLS.

const web = ['--grant', 'authorization_code', '--grant', 'refresh_token', '--redirect-uri', callback,
  '--post-logout-redirect-uri', goodbye, '--api', api, '--scope', 'orders:read',
  '--scope', 'openid', '--scope', 'profile', '--scope', 'email', '--scope', 'offline_access'];

async function discover(registered, authentication, metadata) {
  return client.discovery(issuer, registered.client_id, metadata ?? registered.client_secret, authentication, insecure);
}

/** Code with PKCE, state and nonce, in a browser of its own unless one is given. */
async function login(config, parameters = {}, browser = new Browser(), build = client.buildAuthorizationUrl, options = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const address = await build(config, {
    redirect_uri: callback,
    scope: 'openid profile email orders:read',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  }, options);
  const back = await browser.walk(address);
  return client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true,
  }, {}, options);
}

async function orders(token) {
  return fetch(api, { headers: { authorization: `Bearer ${token}` } });
}

test('code with PKCE, userinfo, the API, refresh, revocation and logout', async () => {
  const { client_id: clientId, client_secret: clientSecret } = await register(web);
  const options = insecure;
  const browser = new Browser();

  const config = await client.discovery(issuer, clientId, clientSecret, undefined, options);

  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid profile email orders:read',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
  });
  const back = await browser.walk(address);

  const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState });
  const user = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  const leave = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: goodbye });

  assert.equal(config.serverMetadata().issuer, issuer.href.replace(/\/$/, ''));
  assert.equal(user.email, 'vera@example.org');
  assert.equal(user.preferred_username, 'vera');
  assert.equal((await orders(tokens.access_token)).status, 200);
  assert.notEqual(refreshed.refresh_token, tokens.refresh_token);
  assert.equal((await client.fetchUserInfo(config, refreshed.access_token, user.sub)).sub, user.sub);
  const again = await login(config, {}, browser);
  await client.tokenRevocation(config, again.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, again.refresh_token), { error: 'invalid_grant' });

  assert.equal((await browser.walk(leave)).href, goodbye);
  await assert.rejects(client.refreshTokenGrant(config, refreshed.refresh_token), { error: 'invalid_grant' });
  const silent = await browser.walk(client.buildAuthorizationUrl(config, {
    redirect_uri: callback, scope: 'openid', prompt: 'none', code_challenge_method: 'S256',
    code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
  }));
  assert.equal(silent.searchParams.get('error'), 'login_required');
});

test('a public client', async () => {
  const config = await discover(await register([...web, '--public']), client.None());
  const tokens = await login(config);
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal((await client.fetchUserInfo(config, refreshed.access_token, tokens.claims().sub)).email, 'vera@example.org');
  await client.tokenRevocation(config, refreshed.access_token);
  await assert.rejects(client.fetchUserInfo(config, refreshed.access_token, tokens.claims().sub));
});

test('client_secret_basic and client_secret_post', async () => {
  for (const method of [client.ClientSecretBasic, client.ClientSecretPost]) {
    const registered = await register(web);
    const config = await discover(registered, method(registered.client_secret));
    assert.ok((await login(config)).id_token);
  }
});

test('response_mode form_post', async () => {
  const config = await discover(await register(web));
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const page = await new Browser().visit(client.buildAuthorizationUrl(config, {
    redirect_uri: callback, scope: 'openid', state, response_mode: 'form_post',
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  }));
  const posted = new Request(callback, { method: 'POST', body: new URLSearchParams(page.fields) });
  const tokens = await client.authorizationCodeGrant(config, posted, { pkceCodeVerifier: verifier, expectedState: state });
  assert.ok(tokens.id_token);
});

test('a pushed authorization request', async () => {
  const registered = await register(web, { require_pushed_authorization_requests: true });
  const config = await discover(registered);
  const tokens = await login(config, {}, new Browser(), client.buildAuthorizationUrlWithPAR);
  assert.equal((await orders(tokens.access_token)).status, 200);
  const refused = await new Browser().visit(client.buildAuthorizationUrl(config, { redirect_uri: callback, scope: 'openid' }));
  assert.match(refused.address, /error=invalid_request/);
});

test('max_age and prompt=login', async () => {
  const config = await discover(await register(web));
  const browser = new Browser();
  const first = await login(config, {}, browser);
  const second = await login(config, { prompt: 'login', max_age: '1' }, browser);
  assert.ok(second.claims().auth_time >= first.claims().auth_time);
});

test('the user says no', async () => {
  const config = await discover(await register(web));
  const back = await new Browser().walk(client.buildAuthorizationUrl(config, {
    redirect_uri: callback, scope: 'openid', prompt: 'none', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256',
  }));
  await assert.rejects(
    client.authorizationCodeGrant(config, back, { pkceCodeVerifier: 'x'.repeat(43) }),
    (error) => error instanceof client.AuthorizationResponseError && error.error === 'login_required');
});

test('private_key_jwt, at every endpoint that asks who the client is', async () => {
  for (const alg of ['ES256', 'RS256', 'PS256', 'Ed25519']) {
    const key = await keyPair(alg);
    const registered = await register(web, { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [await key.jwk()] } });
    const config = await discover(registered, client.PrivateKeyJwt({ key: key.privateKey, kid: key.kid }), {});
    const tokens = await login(config, {}, new Browser(), client.buildAuthorizationUrlWithPAR);
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
    await client.tokenRevocation(config, refreshed.refresh_token);
    await assert.rejects(client.refreshTokenGrant(config, refreshed.refresh_token), { error: 'invalid_grant' });
  }
});

test('client credentials', async () => {
  const config = await discover(await register(['--grant', 'client_credentials', '--api', api, '--scope', 'orders:read']));
  const tokens = await client.clientCredentialsGrant(config, { scope: 'orders:read', resource: api });
  assert.equal((await orders(tokens.access_token)).status, 200);
});

test('introspection, as the API that a token is for', async () => {
  const config = await discover(await register(web));
  const tokens = await login(config);
  const asApi = await client.discovery(issuer, api, process.env.API_SECRET, undefined, insecure);
  const answer = await client.tokenIntrospection(asApi, tokens.access_token);
  assert.equal(answer.active, true);
  assert.equal(answer.username, 'vera');
  await client.tokenRevocation(config, tokens.access_token);
  assert.deepEqual(await client.tokenIntrospection(asApi, tokens.access_token), { active: false });
});

test('DPoP: tokens that are bound to a key at the token endpoint and presented with it everywhere', async () => {
  for (const alg of ['ES256', 'PS256', 'Ed25519']) {
    const config = await discover(await register([...web, '--public'], { dpop_bound_access_tokens: true }), client.None());
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair(alg));
    const tokens = await login(config, {}, new Browser(), client.buildAuthorizationUrlWithPAR, { DPoP });
    const { sub } = tokens.claims();
    assert.equal(tokens.token_type, 'dpop');

    assert.equal((await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP })).email, 'vera@example.org');
    const answer = await client.fetchProtectedResource(config, tokens.access_token, new URL(api), 'GET', undefined, undefined, { DPoP });
    assert.equal(answer.status, 200);
    assert.equal((await orders(tokens.access_token)).status, 401);
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token));
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
    assert.ok(await client.fetchUserInfo(config, refreshed.access_token, sub, { DPoP }));
  }
});

test('DPoP with nonces of the server', async () => {
  const registered = await register([...web, '--public'], { dpop_bound_access_tokens: true, require_dpop_nonce: true });
  const config = await discover(registered, client.None());
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
  const tokens = await login(config, {}, new Browser(), client.buildAuthorizationUrl, { DPoP });
  assert.equal((await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP })).email, 'vera@example.org');
});

test('a client that registers itself', async () => {
  const metadata = {
    client_name: 'Registered by itself', redirect_uris: [callback], grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'], token_endpoint_auth_method: 'client_secret_post', scope: 'openid email orders:read',
  };
  const config = await client.dynamicClientRegistration(issuer, metadata, undefined, insecure);
  const tokens = await login(config, { scope: 'openid email orders:read' });
  assert.equal((await orders(tokens.access_token)).status, 200);
  assert.equal((await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)).email, 'vera@example.org');
  assert.ok((await client.refreshTokenGrant(config, tokens.refresh_token)).access_token);
});

test('a signed request (JAR), pushed and in the URL', async () => {
  for (const alg of ['ES256', 'PS256']) {
    const key = await keyPair(alg);
    const registered = await register(web, { request_object_signing_alg: alg, require_signed_request_object: true, jwks: { keys: [await key.jwk()] } });
    const config = await discover(registered);
    const sign = (target, parameters) => client.buildAuthorizationUrlWithJAR(target, parameters, { key: key.privateKey, kid: key.kid });
    assert.equal((await orders((await login(config, {}, new Browser(), sign)).access_token)).status, 200);
    const push = async (target, parameters) => client.buildAuthorizationUrlWithPAR(target, (await sign(target, parameters)).searchParams);
    assert.ok((await login(config, {}, new Browser(), push)).id_token);

    const plain = await new Browser().visit(client.buildAuthorizationUrl(config, { redirect_uri: callback, scope: 'openid' }));
    assert.doesNotMatch(plain.address, /[?&]code=/);
  }
});

test('a signed answer (JARM)', async () => {
  for (const alg of ['RS256', 'ES256']) {
    const registered = await register(web, { authorization_signed_response_alg: alg });
    const config = await discover(registered, undefined, { client_secret: registered.client_secret, authorization_signed_response_alg: alg });
    client.useJwtResponseMode(config);
    assert.ok((await login(config)).id_token);
  }
});

test('signed userinfo and introspection, and an ID token signed as registered', async () => {
  const signed = { id_token_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'ES256' };
  const registered = await register(web, signed);
  const config = await discover(registered, undefined, { client_secret: registered.client_secret, ...signed });
  client.enableNonRepudiationChecks(config);
  const tokens = await login(config);
  assert.equal(JSON.parse(Buffer.from(tokens.id_token.split('.')[0], 'base64url')).alg, 'ES256');
  assert.equal((await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)).email, 'vera@example.org');

  const asApi = await client.discovery(issuer, api, { client_secret: process.env.API_SECRET, introspection_signed_response_alg: 'ES256' }, undefined, insecure);
  const answer = await client.tokenIntrospection(asApi, tokens.access_token);
  assert.equal(answer.active, true);
});

test('device authorization', async () => {
  const registered = await register(['--public', '--grant', 'device_code', '--grant', 'refresh_token', '--api', api,
    '--scope', 'orders:read', '--scope', 'openid', '--scope', 'email']);
  const config = await discover(registered, client.None());
  const started = await client.initiateDeviceAuthorization(config, { scope: 'openid email orders:read' });
  assert.match(started.user_code, /^[A-Z]{4}-[A-Z]{4}$/);

  await new Browser().visit(started.verification_uri_complete);
  const tokens = await client.pollDeviceAuthorizationGrant(config, { ...started, interval: 1 });
  assert.equal((await orders(tokens.access_token)).status, 200);
  assert.equal((await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)).email, 'vera@example.org');
  assert.ok((await client.refreshTokenGrant(config, tokens.refresh_token)).access_token);
});

test('token exchange, and a token that says who acts', async () => {
  const stock = 'https://api.example/stock';
  const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
  await operator('api', 'add', stock, '--scope', 'stock:read');
  await operator('role', 'add', 'buyer', '--api', stock, '--scope', 'stock:read');
  const backend = await register(['--grant', 'token-exchange', '--api', stock, '--scope', 'stock:read']);
  await operator('exchange', 'add', backend.client_id, '--from', api, '--to', stock, '--scope', 'orders:read=stock:read');
  const { access_token } = await login(await discover(await register(web)), { scope: 'openid orders:read' });

  const config = await discover(backend);
  const asked = { subject_token: access_token, subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' };
  const exchanged = await client.genericGrantRequest(config, exchange, { ...asked, audience: stock });
  assert.equal(exchanged.issued_token_type, 'urn:ietf:params:oauth:token-type:access_token');
  const claims = JSON.parse(Buffer.from(exchanged.access_token.split('.')[1], 'base64url'));
  assert.equal(claims.aud, stock);
  assert.equal(claims.scope, 'stock:read');
  assert.equal(claims.act.sub, backend.client_id);
  await assert.rejects(client.genericGrantRequest(config, exchange, { ...asked, audience: api }), { error: 'invalid_target' });
});

const algorithms = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
  Ed25519: { name: 'Ed25519' },
};

async function keyPair(alg) {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithms[alg], true, ['sign', 'verify']);
  const kid = crypto.randomUUID();
  return {
    kid,
    privateKey,
    async jwk() {
      const { key_ops, ext, ...jwk } = await crypto.subtle.exportKey('jwk', publicKey);
      return { ...jwk, kid, use: 'sig' };
    },
  };
}
