// Speaks to the server. Readers are known by a bearer token; cookies are never sent.
import type { Memory } from "./memory";

export interface Reason {
  rule: string;
  start: number | null;
  end: number | null;
}

interface ProblemDocument {
  code?: string;
  detail?: string;
  outcome?: string;
  comment_id?: string;
  reasons?: Reason[];
  reader_token?: string;
  suggestion?: string;
}

/** What the server refused, or that it could not be reached (status 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly document: ProblemDocument = {},
    readonly waitSeconds = 0,
  ) {
    super(document.detail ?? "");
  }

  get mayPass(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

export interface Submitted {
  id: string;
  status: "published" | "held";
  total: number;
  redactions: object[];
  reader_token?: string;
}

export interface Respected {
  count: number;
  reader_token?: string;
}

type Parameters = Record<string, string | null | undefined>;

export class Client {
  /** The site's short name, once it is known. */
  site = "";
  /** Gives a token of the host page's own for who is signed in there; null for nobody. */
  vouch: (() => Promise<string | null> | string | null) | undefined;

  constructor(
    readonly server: string,
    private readonly memory: Memory,
  ) {}

  get token(): string | null {
    return this.memory.get("token");
  }

  /** A fragment. Without `asReader` the request carries nothing personal and may be shared. */
  async html(path: string, parameters: Parameters, asReader = false): Promise<string> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
    return (await this.ask("GET", `${path}?${query}`, asReader)).text();
  }

  /** A fragment made of what is sent, which is kept nowhere. */
  async render(path: string, body: object): Promise<string> {
    const headers = { "Content-Type": "application/json" };
    return (await this.ask("POST", path, false, { headers, body: JSON.stringify(body) })).text();
  }

  async send<Answer>(
    method: string,
    path: string,
    body?: object,
    idempotencyKey?: string,
  ): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (body) headers["Content-Type"] = "application/json";
    if (idempotencyKey) headers["Idempotency-Key"] = idempotencyKey;
    const init = { headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await this.ask(method, path, true, init).catch(async (error: Problem) => {
      // The host page's reader may have been signed in before, or only now have to be.
      if (error.status !== 401 || !(await this.enter())) throw error;
      return this.ask(method, path, true, init);
    });
    const answer = response.status === 204 ? {} : await response.json();
    this.remember(answer.reader_token);
    return answer as Answer;
  }

  /** Signs in whom the host page vouches for; false for nobody. */
  async enter(): Promise<boolean> {
    const token = await this.vouch?.();
    if (!token) return false;
    try {
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ token, site: this.site });
      const response = await this.ask("POST", "/api/v1/sign-in/jwt", true, { headers, body });
      this.remember((await response.json()).reader_token);
      return true;
    } catch (error) {
      // For the publisher's developer: the reader cannot mend it.
      if (error instanceof Problem) console.warn("Fruitful:", error.document.code ?? error.status);
      return false;
    }
  }

  forget(): void {
    this.memory.remove("token");
  }

  private async ask(
    method: string,
    path: string,
    asReader: boolean,
    init: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<Response> {
    const headers = { ...init.headers };
    if (asReader && this.token) headers["Authorization"] = `Bearer ${this.token}`;
    let response: Response;
    try {
      response = await fetch(this.server + path, {
        ...init,
        method,
        headers,
        credentials: "omit",
        signal: AbortSignal.timeout(15_000),
      });
    } catch {
      throw new Problem(0);
    }
    if (!response.ok) throw await this.problem(response);
    return response;
  }

  private async problem(response: Response): Promise<Problem> {
    const wait = Number(response.headers.get("Retry-After")) || 0;
    let document: ProblemDocument = {};
    try {
      document = (await response.json()) as ProblemDocument;
    } catch {
      // A proxy's own page, say; the status tells enough.
    }
    this.remember(document.reader_token);
    return new Problem(response.status, document, wait);
  }

  remember(token: string | undefined): void {
    if (token) this.memory.set("token", token);
  }
}
