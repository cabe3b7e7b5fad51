// The pieces of HTML that the server renders for the section of one article.
import type { Client } from "./client";
import { find, parse } from "./html";

export class Fragments {
  constructor(
    private readonly client: Client,
    private readonly article: string,
    private readonly language: string,
  ) {}

  /** The whole section as it is now, in the given order. */
  section(sort: string | undefined): Promise<DocumentFragment> {
    return this.get("/embed/thread", { article_id: this.article, sort });
  }

  /** The comments that come next. */
  next(sort: string | undefined, cursor: string | undefined): Promise<DocumentFragment> {
    return this.get("/embed/thread", { article_id: this.article, sort, cursor });
  }

  /** One comment, as an item of a list. */
  async one(id: string): Promise<HTMLElement> {
    return find(await this.get(`/embed/comments/${id}`, {}), ".item")!;
  }

  /** What only this reader may see. */
  own(): Promise<DocumentFragment> {
    return this.get("/embed/me", { article_id: this.article }, true);
  }

  /** A draft as it would be shown, and the note on it. */
  async draft(draft: object): Promise<DocumentFragment> {
    const body = { article_id: this.article, ...draft };
    return parse(await this.client.render(`/embed/drafts?lang=${this.language}`, body));
  }

  private async get(
    path: string,
    parameters: Record<string, string | undefined>,
    asReader = false,
  ): Promise<DocumentFragment> {
    return parse(await this.client.html(path, { ...parameters, lang: this.language }, asReader));
  }
}
