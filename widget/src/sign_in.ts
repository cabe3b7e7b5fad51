// Signing in: by a code typed here, or in a window of the server's own that tells this page.
import type { Problem } from "./client";
import { all, find } from "./html";
import type { Whole } from "./more";

interface Attempt {
  attempt: string;
}

/** Follows one of the ways to sign in. */
export function signIn(whole: Whole, link: HTMLAnchorElement): void {
  const way = link.dataset["signIn"];
  if (way === "email") byLetter(whole);
  else if (way === "jwt") location.assign(link.href);
  else inWindow(whole, link.href);
}

/** A provider lets nobody frame it. The window is ours, so nothing else can tell us a token. */
function inWindow(whole: Whole, address: string): void {
  const opened = open(`${address}&popup=true`, "fruitful", "popup,width=480,height=640");
  if (!opened) return;
  const listening = new AbortController();
  addEventListener(
    "message",
    ({ origin, source, data }) => {
      if (origin !== new URL(address).origin || source !== opened) return;
      if (data?.fruitful !== "signed-in" || typeof data.token !== "string") return;
      listening.abort();
      whole.client.remember(data.token);
      void whole.attempt(() => whole.signedIn());
    },
    { signal: listening.signal },
  );
}

/** First the address, then the code: it works where cookies and storage are refused. */
function byLetter(whole: Whole): void {
  const dialog = whole.part("sign-in") as HTMLDialogElement;
  const [asking, typing] = dialog.querySelectorAll("form");
  let attempt = "";
  step(whole, asking!, async (data) => {
    const asked = { email: data.get("email"), site: whole.client.site, lang: whole.section.lang };
    ({ attempt } = await whole.client.send<Attempt>("POST", "/api/v1/sign-in/email", asked));
    asking!.hidden = true;
    typing!.hidden = false;
    find(typing!, "input")!.focus();
  });
  step(whole, typing!, async (data) => {
    await whole.client.send("POST", "/api/v1/sign-in/email/code", {
      attempt,
      code: data.get("code"),
    });
    dialog.close();
    await whole.signedIn();
  });
  dialog.addEventListener("close", () => dialog.remove());
  for (const button of all(dialog, "[data-close]"))
    button.addEventListener("click", () => dialog.close());
  whole.section.append(dialog);
  dialog.showModal();
}

/** Sends one of the dialog's forms, and says in it what was refused. */
function step(
  whole: Whole,
  form: HTMLFormElement,
  send: (data: FormData) => Promise<void>,
): void {
  const problem = find(form, "[role=alert]")!;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem.hidden = true;
    send(new FormData(form)).catch((error: unknown) => {
      if (!(error instanceof Object) || !("document" in error)) throw error;
      const refused = error as Problem;
      problem.textContent = refused.document.detail ?? whole.word("unreachable");
      problem.hidden = false;
    });
  });
}
