// What the browser remembers for its reader, and only after the reader has acted.
// Where storage is forbidden everything works, and is forgotten with the page.

export class Memory {
  private readonly here = new Map<string, string>();

  /** Kept for good, or in `sessionStorage` for as long as the visit lasts. */
  constructor(
    readonly prefix: string,
    private readonly place: "localStorage" | "sessionStorage" = "localStorage",
  ) {}

  get(name: string): string | null {
    const key = this.prefix + name;
    try {
      return window[this.place].getItem(key) ?? this.here.get(key) ?? null;
    } catch {
      return this.here.get(key) ?? null;
    }
  }

  set(name: string, value: string): void {
    const key = this.prefix + name;
    this.here.set(key, value);
    try {
      window[this.place].setItem(key, value);
    } catch {
      // Denied or full: this page still remembers.
    }
  }

  remove(name: string): void {
    const key = this.prefix + name;
    this.here.delete(key);
    try {
      window[this.place].removeItem(key);
    } catch {
      // Nothing was kept there.
    }
  }

  list(name: string): string[] {
    try {
      const kept: unknown = JSON.parse(this.get(name) ?? "[]");
      return Array.isArray(kept) ? kept.filter((item) => typeof item === "string") : [];
    } catch {
      return [];
    }
  }

  /** Keeps the last 500 entries. */
  add(name: string, item: string): void {
    const items = this.list(name).filter((other) => other !== item);
    this.set(name, JSON.stringify([...items, item].slice(-500)));
  }

  drop(name: string, item: string): void {
    const left = this.list(name).filter((other) => other !== item);
    if (left.length) this.set(name, JSON.stringify(left));
    else this.remove(name);
  }
}
