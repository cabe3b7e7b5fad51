// The one place where HTML enters the page. It was sanitised by our own server.

interface Policy {
  createHTML(html: string): string;
}

declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
  }
}

let policy: Policy | undefined;

export function parse(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = trusted(html);
  return template.content;
}

/** A page may demand "trusted types"; it then allows a policy of this name, or nothing works. */
function trusted(html: string): string {
  if (!window.trustedTypes) return html;
  policy ??= window.trustedTypes.createPolicy("fruitful", { createHTML: (text) => text });
  return policy.createHTML(html);
}

export function find<E extends HTMLElement>(root: ParentNode, selector: string): E | null {
  return root.querySelector<E>(selector);
}

export function all<E extends HTMLElement>(root: ParentNode, selector: string): E[] {
  return [...root.querySelectorAll<E>(selector)];
}

export function make(tag: string, className: string, text = ""): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
