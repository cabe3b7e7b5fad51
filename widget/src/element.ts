// <fruitful-comments>: fetches the section and brings it to life in a shadow root.
import styleText from "../../src/fruitful/web/static/thread.css";
import { Client, Problem } from "./client";
import { find, parse } from "./html";
import { Memory } from "./memory";
import { Section } from "./section";

const WAITS = [2_000, 10_000, 30_000];

let style: CSSStyleSheet | undefined;

function sharedStyle(): CSSStyleSheet {
  if (!style) {
    style = new CSSStyleSheet();
    style.replaceSync(styleText);
  }
  return style;
}

export class FruitfulComments extends HTMLElement {
  static readonly observedAttributes = ["theme", "site", "article-id", "article-url", "lang"];

  private readonly root = this.attachShadow({ mode: "open" });
  private section: Section | undefined;
  private client: Client | undefined;
  private vouch: Client["vouch"];
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts what was asked for, so that an answer to an earlier question is let go. */
  private asked = 0;

  connectedCallback(): void {
    this.root.adoptedStyleSheets = [sharedStyle()];
    this.start();
  }

  disconnectedCallback(): void {
    this.asked += 1;
    clearTimeout(this.timer);
    this.section?.close();
    this.section = undefined;
  }

  /** Another theme is put on at once; another article, as when a page changes without a reload,
      brings another section. */
  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (name === "theme") this.paint();
    else if (this.asked && this.isConnected && before !== now) this.start();
  }

  /** Says who is signed in to the host page: a token, or better what gives one whenever it is
      needed. They are signed in here once they act. */
  signIn(source: string | (() => Promise<string | null> | string | null)): void {
    // A token serves once, which the server sees to.
    this.vouch = typeof source === "string" ? () => source : source;
    if (this.client) this.client.vouch = this.vouch;
  }

  /** The reader has signed out of the host page. */
  async signOut(): Promise<void> {
    this.signIn("");
    if (this.client?.token) await this.section?.signOut();
  }

  private start(): void {
    clearTimeout(this.timer);
    this.section?.close();
    this.section = undefined;
    // Until the section is there, and whenever it cannot be had, the page's own link shows.
    this.root.replaceChildren(document.createElement("slot"));
    this.asked += 1;
    void this.load(this.asked, 0);
  }

  private paint(): void {
    const section = find(this.root, ".fruitful");
    if (section) section.dataset["theme"] = this.getAttribute("theme") ?? "auto";
  }

  private async load(question: number, attempt: number): Promise<void> {
    const server = new URL(this.getAttribute("server") ?? import.meta.url, location.href).origin;
    const memory = new Memory(`fruitful:${server}:`);
    const client = new Client(server, memory);
    client.vouch = this.vouch ?? (() => this.getAttribute("token"));
    this.client = client;
    const language = this.lang || document.documentElement.lang || "en";
    try {
      const html = await client.html("/embed/thread", {
        article_id: this.getAttribute("article-id"),
        article_url: this.articleUrl,
        site: this.getAttribute("site"),
        lang: language,
      });
      if (question === this.asked) this.show(html, client, memory);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const wait = WAITS[attempt];
      if (question !== this.asked) return;
      if (error.mayPass && wait) {
        const again = (): void => void this.load(question, attempt + 1);
        this.timer = setTimeout(again, error.waitSeconds * 1000 || wait);
      } else console.warn(`Fruitful: no comments here (${error.document.code ?? error.status}).`);
    }
  }

  private show(html: string, client: Client, memory: Memory): void {
    const fragment = parse(html);
    const section = find(fragment, ".fruitful");
    if (!section) return;
    // Else it reads as its language does, which the page around it need not share.
    if (getComputedStyle(this).direction === "rtl") section.dir = "rtl";
    this.root.replaceChildren(fragment);
    this.paint();
    this.section = new Section(section, client, memory);
    this.dispatchEvent(new CustomEvent("fruitful-ready", { bubbles: true, composed: true }));
  }

  /** The canonical address, so that one article has one thread however it is reached. */
  private get articleUrl(): string {
    const given = this.getAttribute("article-url");
    const canonical = document.querySelector<HTMLLinkElement>("link[rel=canonical]")?.href;
    return given ? new URL(given, location.href).href : canonical || location.href;
  }
}
