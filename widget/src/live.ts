// Hears of changes beneath the article: by server-sent events, or by asking now and then.

const ASK_EVERY = 30_000;
const FAILURES_ENOUGH = 3;

export interface Listener {
  /** One comment was published, changed or taken away. */
  changed(kind: string, id: string): void;
  /** A comment has so much respect now. */
  respected(id: string, count: number): void;
  /** Anything may have happened. */
  missed(): void;
}

export class Live {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private failures = 0;
  private readonly seen = (): void => {
    this.failures = 0;
    if (document.hidden) this.stop();
    else this.start();
  };

  constructor(
    private readonly url: string,
    private version: number,
    private readonly listener: Listener,
  ) {
    document.addEventListener("visibilitychange", this.seen);
    if (!document.hidden) this.start();
  }

  close(): void {
    document.removeEventListener("visibilitychange", this.seen);
    this.stop();
  }

  /** A hidden page listens to nothing; what it missed it learns from `ready` later. */
  private stop(): void {
    this.source?.close();
    this.source = undefined;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private start(): void {
    if (this.source || this.timer) return;
    if (this.failures >= FAILURES_ENOUGH) {
      this.askNowAndThen();
      return;
    }
    const source = new EventSource(this.url);
    this.source = source;
    source.addEventListener("ready", (event) => {
      this.failures = 0;
      const { version } = JSON.parse(event.data);
      if (version > this.version) this.listener.missed();
      this.version = version;
    });
    source.addEventListener("thread", (event) => {
      const { version, kind, comment_id: id, respect_count: count } = JSON.parse(event.data);
      this.version = version;
      if (kind === "respect") this.listener.respected(id, count);
      else if (id) this.listener.changed(kind, id);
      else this.listener.missed();
    });
    source.addEventListener("error", () => {
      this.failures += 1;
      // A refused stream (429, 503) is closed for good; a cut one tries again by itself.
      if (source.readyState === EventSource.CLOSED || this.failures >= FAILURES_ENOUGH) {
        this.stop();
        this.askNowAndThen();
      }
    });
  }

  private askNowAndThen(): void {
    this.timer = setInterval(() => this.listener.missed(), ASK_EVERY);
  }
}
