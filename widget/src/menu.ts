// The ∨ menu, after the ARIA Authoring Practices' pattern for a menu button.
import { all } from "./html";

/** Opens `menu` beneath its button; an open one is closed by the button again. */
export function openMenu(
  button: HTMLElement,
  menu: HTMLElement,
  choose: (what: string) => void,
): void {
  const items = all(menu, "[role=menuitem]");
  const root = button.getRootNode() as ShadowRoot;
  const open = new AbortController();
  const { signal } = open;

  const close = (giveFocusBack: boolean): void => {
    open.abort();
    button.setAttribute("aria-expanded", "false");
    // Focus goes first: removing the focused item would throw it to the top of the page.
    if (giveFocusBack) button.focus();
    menu.remove();
  };
  const move = (step: number): void => {
    const here = items.indexOf(root.activeElement as HTMLElement);
    items[(here + step + items.length) % items.length]?.focus();
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Home: () => items[0]?.focus(),
    End: () => items.at(-1)?.focus(),
    Escape: () => close(true),
  };

  menu.addEventListener(
    "keydown",
    (event) => {
      const act = keys[event.key];
      if (event.key === "Tab") close(true);
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    },
    { signal },
  );
  menu.addEventListener(
    "click",
    (event) => {
      const item = (event.target as Element).closest<HTMLElement>("[data-do]");
      if (!item) return;
      close(true);
      choose(item.dataset["do"] ?? "");
    },
    { signal },
  );
  button.addEventListener(
    "click",
    (event) => {
      event.stopPropagation();
      close(true);
    },
    { signal },
  );
  document.addEventListener(
    "pointerdown",
    (event) => {
      const path = event.composedPath();
      if (!path.includes(menu) && !path.includes(button)) close(false);
    },
    { signal, capture: true },
  );

  button.setAttribute("aria-expanded", "true");
  button.after(menu);
  if (menu.getBoundingClientRect().bottom > innerHeight) menu.classList.add("up");
  items[0]?.focus({ preventScroll: true });
}
