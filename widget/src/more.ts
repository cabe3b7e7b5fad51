// What the widget needs once its reader acts, loaded then: the menu and the report.
// It shares no code with the first file, so whatever it uses of it is handed over.
import styleText from "../../src/fruitful/web/static/more.css";
import { find } from "./html";
import { openMenu } from "./menu";
import { openReport } from "./report";

/** What it asks of the section. */
export interface Whole {
  readonly section: HTMLElement;
  part(name: string): HTMLElement;
  word(name: string): string;
  say(text: string): void;
  attempt(act: () => unknown): Promise<void>;
  report(comment: HTMLElement, reason: string, note: string): Promise<void>;
  hide(comment: HTMLElement): void;
}

export class Extras {
  constructor(private readonly whole: Whole) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styleText);
    const root = whole.section.getRootNode() as ShadowRoot;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }

  menu(button: HTMLElement, comment: HTMLElement): void {
    const { whole } = this;
    const choices: Record<string, () => unknown> = {
      spam: () => whole.report(comment, "spam", ""),
      report: () =>
        openReport(whole.section, whole.part("report"), (reason, note) =>
          whole.report(comment, reason, note),
        ),
      copy: () => this.copy(find<HTMLAnchorElement>(comment, "[data-permalink]")!.href),
      hide: () => whole.hide(comment),
    };
    openMenu(button, whole.part("menu"), (what) => void whole.attempt(() => choices[what]?.()));
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
