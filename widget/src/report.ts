// The dialog behind *Report…*.
import { Problem } from "./client";
import { find } from "./html";

export function openReport(
  section: HTMLElement,
  dialog: HTMLElement,
  send: (reason: string, note: string) => Promise<void>,
): void {
  const box = dialog as HTMLDialogElement;
  const form = find<HTMLFormElement>(box, "form")!;
  const problem = find(form, "[role=alert]")!;
  const opener = (section.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;

  box.addEventListener("close", () => {
    box.remove();
    opener?.focus();
  });
  form.addEventListener("submit", async (event) => {
    if ((event.submitter as HTMLButtonElement | null)?.value !== "send") return;
    event.preventDefault();
    const answers = new FormData(form);
    try {
      await send(String(answers.get("reason")), String(answers.get("note")));
      box.close();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem.textContent = error.document.detail ?? problem.dataset["failed"] ?? "";
      problem.hidden = false;
    }
  });
  section.append(box);
  box.showModal();
}
