// Opens the browser's own passkey dialogue, and takes its answer to the server.
"use strict";
const main = document.querySelector("[data-passkey]");
const problem = main.querySelector("[data-problem]");

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

async function post(step, body) {
  const response = await fetch(`/sign-in/passkey/${step}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw new Error(answer.detail || answer.title);
  return answer;
}

function tell(message) {
  problem.textContent = message;
  problem.hidden = false;
}

// Older browsers have neither parse…FromJSON nor toJSON, so both are done by hand.
async function dialogue(options, isNew) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) publicKey[list] = options[list].map((c) => ({ ...c, id: bytes(c.id) }));
  }
  if (isNew) publicKey.user = { ...options.user, id: bytes(options.user.id) };
  const made = await navigator.credentials[isNew ? "create" : "get"]({ publicKey });
  const response = { clientDataJSON: text(made.response.clientDataJSON) };
  const rest = isNew ? ["attestationObject"] : ["authenticatorData", "signature", "userHandle"];
  for (const part of rest) {
    if (made.response[part]) response[part] = text(made.response[part]);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, response };
}

async function signIn(name) {
  problem.hidden = true;
  if (!window.PublicKeyCredential) {
    tell(problem.dataset.unable);
    return;
  }
  const popup = "popup" in main.dataset;
  try {
    const asked = { site: main.dataset.site, ...(name && { name }) };
    const credential = await dialogue(await post("options", asked), Boolean(name));
    const signed = await post("finish", { credential, popup });
    if (!popup) {
      location.assign(main.dataset.return);
      return;
    }
    for (const origin of signed.origins) {
      // The browser delivers a message only where the opener is of that very origin.
      window.opener?.postMessage({ fruitful: "signed-in", ...signed, origins: undefined }, origin);
    }
    window.close();
  } catch (error) {
    // Who closes the dialogue, or has no passkey, meets a DOMException in words not meant for them.
    tell(error instanceof DOMException ? problem.dataset.failed : error.message);
  }
}

main.querySelector("[data-use]").addEventListener("click", () => signIn());
main.querySelector("[data-make]").addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(new FormData(event.target).get("name"));
});
