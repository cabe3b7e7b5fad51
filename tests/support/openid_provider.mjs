// A certified OpenID provider with two accounts, for tests. It prints its address when it listens.
// Its one client's id, secret and callback come as arguments.
import http from "node:http";
import { Provider } from "oidc-provider";

const [clientId, clientSecret, callback] = process.argv.slice(2);
const people = {
  nadia: { name: "Nadia Fell", email: "nadia@post.example", email_verified: true },
  unverified: { name: "Odo Marsh", email: "odo@post.example", email_verified: false },
};

const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [callback],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
    pkce: { required: () => true },
    cookies: { keys: ["only for tests"] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...(people[id] ?? {}) }),
    }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
