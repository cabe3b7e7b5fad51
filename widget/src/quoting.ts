// Takes what is selected in a comment, or its first paragraph, into the answer to it.
import { find, make } from "./html";
import type { Whole } from "./more";
import { answerArea } from "./naming";

type Composed = Selection & {
  getComposedRanges?(options: { shadowRoots: ShadowRoot[] }): StaticRange[];
};
type Root = ShadowRoot & { getSelection?(): Selection | null };

export class Quoting {
  private readonly button: HTMLButtonElement;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly selecting = (): void => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.offer(), 200);
  };

  constructor(private readonly whole: Whole) {
    this.button = make("button", "button quote", whole.word("quote")) as HTMLButtonElement;
    this.button.type = "button";
    // A press would otherwise take the selection away before the click comes.
    this.button.addEventListener("pointerdown", (event) => event.preventDefault());
    document.addEventListener("selectionchange", this.selecting);
    // Something may have been selected while this file was on its way.
    this.selecting();
  }

  close(): void {
    clearTimeout(this.timer);
    document.removeEventListener("selectionchange", this.selecting);
  }

  /** What to quote of a comment now; it has to be asked before the focus moves. */
  of(comment: HTMLElement): string {
    const range = this.selected();
    if (range && find(comment, ".text")?.contains(range.startContainer)) {
      const words = range.toString().trim();
      if (words) return words;
    }
    return find(comment, ".text > p")?.innerText.trim() ?? "";
  }

  quote(comment: HTMLElement, words: string): void {
    this.whole.reply(comment);
    const area = answerArea(comment);
    if (!area) return;
    const quoted = words.replace(/^/gm, "> ");
    const before = area.value.trimEnd();
    area.value = `${before}${before && "\n\n"}${quoted}\n\n`;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  }

  private offer(): void {
    const range = this.selected();
    const text = range && elementOf(range.startContainer)?.closest<HTMLElement>(".text");
    const comment = text?.closest<HTMLElement>(".comment[data-author]");
    const words = range?.toString().trim();
    if (!words || !comment || !text!.contains(range!.endContainer) || !find(comment, "[data-reply]")) {
      this.button.remove();
      return;
    }
    const { section } = this.whole;
    const [place, around] = [range!.getBoundingClientRect(), section.getBoundingClientRect()];
    this.button.onclick = () => {
      this.button.remove();
      this.quote(comment, words);
    };
    section.append(this.button);
    const room = section.clientWidth - this.button.offsetWidth;
    const left = Math.max(0, Math.min(place.left - around.left, room));
    this.button.style.left = `${left}px`;
    this.button.style.top = `${place.bottom - around.top + 6}px`;
  }

  /** Browsers differ in how they tell of a selection inside a shadow root. */
  private selected(): Range | null {
    const root = this.whole.section.getRootNode() as Root;
    const selection = (root.getSelection?.() ?? document.getSelection()) as Composed | null;
    if (!selection?.rangeCount) return null;
    const composed = !root.getSelection && selection.getComposedRanges?.({ shadowRoots: [root] })[0];
    if (!composed) return selection.getRangeAt(0);
    const range = document.createRange();
    range.setStart(composed.startContainer, composed.startOffset);
    range.setEnd(composed.endContainer, composed.endOffset);
    return range;
  }
}

function elementOf(node: Node): Element | null {
  return node instanceof Element ? node : node.parentElement;
}
