// What the widget needs once its reader acts, loaded then: the menu, the report, and what helps in
// writing. It shares no code with the first file, so whatever it uses of it is handed over.
import styleText from "../../src/fruitful/web/static/more.css";
import type { Client } from "./client";
import { Drafting } from "./drafting";
import { find } from "./html";
import { openMenu } from "./menu";
import { Naming } from "./naming";
import { Offers } from "./offers";
import { Quoting } from "./quoting";
import { openReport } from "./report";
import { signIn } from "./sign_in";
import { Visits } from "./visits";

/** What it asks of the section. */
export interface Whole {
  readonly section: HTMLElement;
  readonly client: Client;
  part(name: string): HTMLElement;
  word(name: string): string;
  plural(name: string, number: number): string;
  say(text: string): void;
  attempt(act: () => unknown): Promise<void>;
  report(comment: HTMLElement, reason: string, note: string): Promise<void>;
  hide(comment: HTMLElement): void;
  reply(comment: HTMLElement): void;
  /** Shows who has just signed in. */
  signedIn(): Promise<void>;
  /** Shows a comment wherever it stands, and gives it the focus. */
  lead(comment: HTMLElement): void;
  /** The server's view of a draft. */
  draft(draft: object): Promise<DocumentFragment>;
}

export class Extras {
  private readonly drafting: Drafting;
  private readonly quoting: Quoting;
  private readonly visits: Visits | undefined;
  private readonly offers: Offers;

  constructor(
    private readonly whole: Whole,
    since: string | null,
  ) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styleText);
    const root = whole.section.getRootNode() as ShadowRoot;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    this.drafting = new Drafting(whole);
    this.quoting = new Quoting(whole);
    new Naming(whole);
    this.offers = new Offers(whole.section);
    this.visits = since ? new Visits(whole, since) : undefined;
    this.decorate();
  }

  close(): void {
    this.quoting.close();
  }

  decorate(): void {
    this.visits?.mark();
    this.offers.place();
  }

  signIn(link: HTMLAnchorElement): void {
    signIn(this.whole, link);
  }

  preview(form: HTMLFormElement): Promise<void> {
    return this.drafting.preview(form);
  }

  menu(button: HTMLElement, comment: HTMLElement): void {
    const { whole } = this;
    const words = this.quoting.of(comment);
    const choices: Record<string, () => unknown> = {
      spam: () => whole.report(comment, "spam", ""),
      report: () =>
        openReport(whole.section, whole.part("report"), (reason, note) =>
          whole.report(comment, reason, note),
        ),
      quote: () => this.quoting.quote(comment, words),
      copy: () => this.copy(find<HTMLAnchorElement>(comment, "[data-permalink]")!.href),
      hide: () => whole.hide(comment),
    };
    const menu = whole.part("menu");
    if (!words || !find(comment, "[data-reply]")) find(menu, "[data-do=quote]")?.remove();
    openMenu(button, menu, (what) => void whole.attempt(() => choices[what]?.()));
  }

  private async copy(link: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      this.whole.say(this.whole.word("copied"));
    } catch {
      // Browsers refuse without TLS or permission: let the reader copy it by hand.
      prompt(this.whole.word("copy-by-hand"), link);
    }
  }
}
