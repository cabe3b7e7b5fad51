// What a reader who is known is offered at the forms: to be told of replies, and their own pages.
import { all, find } from "./html";

export class Offers {
  constructor(private readonly section: HTMLElement) {
    // A form for an answer opens with the focus in it.
    section.addEventListener("focusin", ({ target }) => {
      if ((target as Element).closest("[data-composer]")) this.place();
    });
  }

  /** Puts what the server offers this reader now into the forms, and takes away what it does not.
      What stays is left as it is, since its box may be ticked. */
  place(): void {
    const offered = find<HTMLTemplateElement>(this.section, "template[data-offers]")?.content;
    for (const form of all(this.section, "[data-composer]")) {
      // The form for a change has no such line: there is nothing to ask in it.
      const line = find(form, "[data-signed-in]");
      if (!line) continue;
      const isMain = !("replyForm" in form.dataset);
      for (const name of ["letters", "pages"]) {
        const part = `[data-offer=${name}]`;
        const here = find(form, part);
        const wanted = offered && (isMain || name === "letters") && find(offered, part);
        if (!wanted) here?.remove();
        else if (!here && name === "letters") line.before(wanted.cloneNode(true));
        else if (!here) form.append(wanted.cloneNode(true));
        else renew(here, wanted);
      }
    }
  }
}

/** The links are good for a day only. */
function renew(here: HTMLElement, wanted: HTMLElement): void {
  const fresh = all<HTMLAnchorElement>(wanted, "a");
  all<HTMLAnchorElement>(here, "a").forEach((link, place) => (link.href = fresh[place]!.href));
}
