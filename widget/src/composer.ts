// One form in which a comment is written, answered or changed, through all its states:
// idle, sending, published, held, returned, limited, refused, and out of reach.
import { type Client, Problem, type Reason, type Submitted } from "./client";
import { find, make } from "./html";
import type { Memory } from "./memory";

const LONGEST_WAIT = 30;

/** Where a form belongs, and what it asks of the section around it. */
export interface Surroundings {
  client: Client;
  memory: Memory;
  article: string;
  word(name: string): string;
  /** Shows what became of the comment; the form is done. */
  settled(composer: Composer, submitted: Submitted): Promise<void>;
  /** The panel that tells why a comment was returned, or null if it cannot be had now. */
  verdict(id: string): Promise<HTMLElement | null>;
  /** For those who listen; those who see are shown the same elsewhere. */
  announce(text: string): void;
  /** Changes heard of meanwhile may be our own, so they wait until this has ended. */
  during(doing: Promise<unknown>): void;
  /** Shows in a form who is signed in. */
  known(form: HTMLElement): void;
}

export class Composer {
  private readonly area: HTMLTextAreaElement;
  private readonly name: HTMLInputElement | null;
  private readonly button: HTMLElement;
  private readonly problem: HTMLElement;
  private readonly label: string;
  private key = "";
  /** The returned comment that sending mends. */
  private mends = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waitSeconds = 0;
  private isSending = false;
  private readonly online = (): void => {
    if (this.timer) void this.send();
  };

  /** `edits` is the published comment whose text is changed, `parent` the one answered. */
  constructor(
    readonly form: HTMLFormElement,
    private readonly around: Surroundings,
    readonly parent: string = "",
    readonly edits: string = "",
  ) {
    this.area = find<HTMLTextAreaElement>(form, "textarea")!;
    this.name = find<HTMLInputElement>(form, "[name=name]");
    this.button = find(form, "[data-send]")!;
    this.problem = find(form, "[data-problem]")!;
    this.label = this.button.textContent ?? "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    form.addEventListener("input", () => this.typed());
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    addEventListener("online", this.online);
    if (this.name) this.name.value = around.memory.get("name") ?? "";
    around.known(form);
    this.restore();
  }

  get isEmpty(): boolean {
    return !this.area.value.trim();
  }

  focus(): void {
    this.area.focus();
  }

  fill(text: string): void {
    if (this.isEmpty) this.area.value = text;
  }

  /** Forgets the draft and starts afresh. */
  reset(): void {
    this.around.memory.remove(this.draft);
    this.area.value = "";
    this.mends = this.key = "";
    this.tell("");
    this.area.removeAttribute("aria-describedby");
    this.form.dispatchEvent(new Event("cleared", { bubbles: true }));
    find(this.form, "[data-returned]")?.remove();
  }

  dispose(): void {
    removeEventListener("online", this.online);
    clearTimeout(this.timer);
  }

  private get draft(): string {
    return `draft:${this.around.article}:${this.edits || this.parent}`;
  }

  private restore(): void {
    const [text, key = "", mends = ""] = this.around.memory.list(this.draft);
    if (!text) return;
    this.area.value = text;
    this.key = key;
    this.mends = mends;
  }

  /** What is typed is kept; and it is another text now, so it needs another key. */
  private typed(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.key = "";
    this.keep();
    const over = [...this.area.value].length - Number(this.area.dataset["max"] || Infinity);
    this.tell(over > 0 ? this.around.word("too-long").replace("%s", String(over)) : "");
  }

  private keep(): void {
    if (this.isEmpty) this.around.memory.remove(this.draft);
    else
      this.around.memory.set(this.draft, JSON.stringify([this.area.value, this.key, this.mends]));
  }

  private async send(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isSending) return;
    if (this.isEmpty) {
      this.focus();
      return;
    }
    this.busy(true);
    this.tell("");
    this.key ||= newKey();
    this.keep();
    if (this.name) this.around.memory.set("name", this.name.value);
    try {
      const doing = this.post().then((submitted) => this.around.settled(this, submitted));
      this.around.during(doing);
      await doing;
      this.waitSeconds = 0;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await this.failed(error);
    } finally {
      this.busy(false);
    }
  }

  private async post(): Promise<Submitted> {
    const { client, article } = this.around;
    const said = { text: this.area.value, draft_token: this.form.dataset["token"] || null };
    if (this.edits) return client.send("PATCH", `/api/v1/comments/${this.edits}`, said);
    if (this.mends) {
      try {
        return await client.send("PATCH", `/api/v1/comments/${this.mends}`, said);
      } catch (error) {
        // Erased meanwhile, or decided otherwise: then this is a new comment.
        if (!(error instanceof Problem) || ![403, 404, 409].includes(error.status)) throw error;
        this.mends = "";
      }
    }
    const tells = find(this.form, "[name=tell_me]:checked");
    const comment = {
      article_id: article,
      ...said,
      ...(this.parent && { parent_id: this.parent }),
      author: { name: this.name?.value ?? "" },
      ...(tells && { tell_me: true, lang: tells.closest<HTMLElement>("[lang]")?.lang }),
    };
    return client.send("POST", "/api/v1/comments", comment, this.key);
  }

  private async failed(problem: Problem): Promise<void> {
    const { outcome, detail, comment_id: id, reasons, suggestion } = problem.document;
    if (problem.mayPass) {
      this.tryLater(problem.waitSeconds);
      return;
    }
    this.key = "";
    if (suggestion && this.name) this.name.value = suggestion;
    if (outcome && id) await this.returned(id, outcome, reasons ?? []);
    else this.tell(
        problem.status === 429
          ? this.around.word("limited")
          : detail || this.around.word("failed"),
      );
  }

  private async returned(id: string, outcome: string, reasons: Reason[]): Promise<void> {
    if (!this.edits) this.mends = outcome === "return" ? id : "";
    this.keep();
    const verdict = await this.around.verdict(id);
    find(this.form, "[data-returned]")?.remove();
    // What was said before it was sent is said by the panel now, or is about other words.
    find(this.form, "[data-note]")?.replaceChildren();
    if (verdict) {
      verdict.id = `${this.area.id}-verdict`;
      this.area.setAttribute("aria-describedby", verdict.id);
      this.form.prepend(verdict);
    } else this.tell(`${this.around.word("returned")} ${rulesOf(reasons)}`);
    this.around.announce(this.around.word("returned"));
    this.focus();
    this.select(reasons);
  }

  /** Puts the selection on the first words that met a rule. */
  private select(reasons: Reason[]): void {
    const first = reasons.find((reason) => reason.start !== null);
    if (!first) return;
    // The server counts code points; a textarea counts UTF-16 units.
    const points = [...this.area.value];
    const units = (count: number | null): number => points.slice(0, count ?? 0).join("").length;
    this.area.setSelectionRange(units(first.start), units(first.end));
  }

  private tryLater(serverAsks: number): void {
    this.waitSeconds = Math.min(Math.max(serverAsks, this.waitSeconds * 2, 2), LONGEST_WAIT);
    this.timer = setTimeout(() => void this.send(), this.waitSeconds * 1000);
    const again = make("button", "button", this.around.word("again")) as HTMLButtonElement;
    again.type = "submit";
    this.tell(this.around.word("offline"), again);
  }

  private tell(text: string, ...more: HTMLElement[]): void {
    this.problem.replaceChildren(text, ...more);
    this.problem.hidden = !text;
  }

  private busy(isSending: boolean): void {
    this.isSending = isSending;
    this.area.readOnly = isSending;
    this.button.textContent = isSending ? this.around.word("sending") : this.label;
    this.button.setAttribute("aria-disabled", String(isSending));
  }
}

/** The rules that were met, each named once. */
function rulesOf(reasons: Reason[]): string {
  return [...new Set(reasons.map((reason) => reason.rule).filter(Boolean))].join("; ");
}

/** Not `randomUUID`, which browsers keep from pages without TLS. */
function newKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
