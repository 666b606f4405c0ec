// An identity provider for tests: whoever signs in is the person that was named last at /be/NAME. It prints its address when it is ready.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [port, redirect] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
let person = 'nobody';

const provider = new Provider(issuer, {
  clients: [{ client_id: 'jianfu', client_secret: 'a secret of the tests', redirect_uris: [redirect] }],
  claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  cookies: { keys: ['tests only'] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  interactions: { url: (_, one) => `/interaction/${one.uid}` },
  findAccount: (_, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, preferred_username: id, email: `${id}@example.org`, email_verified: id !== 'unverified' }),
  }),
});

async function interact(req, res) {
  const { prompt, params, session } = await provider.interactionDetails(req, res);
  if (prompt.name === 'login') {
    return provider.interactionFinished(req, res, { login: { accountId: person } });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid profile email');
  return provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } });
}

const handle = provider.callback();
createServer((req, res) => {
  if (req.url.startsWith('/be/')) {
    person = decodeURIComponent(req.url.slice(4));
    res.end();
  } else if (req.url.startsWith('/interaction/')) {
    interact(req, res).catch((err) => { res.statusCode = 500; res.end(String(err)); });
  } else {
    handle(req, res);
  }
}).listen(Number(port), '127.0.0.1', () => console.log(issuer));
