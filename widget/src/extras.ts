// The second file, with what only a reader needs who acts. Everything that matters works without it.
import type * as Module from "./more";

/** The file's name, put in when the widget is built. */
declare const MORE: string;

export type Extras = Module.Extras;

let module: Promise<typeof Module> | undefined;

/** Loads it once for all sections of the page; where that failed, the next call tries again. */
export function loadExtras(): Promise<typeof Module> {
  module ??= (import(new URL(MORE, import.meta.url).href) as Promise<typeof Module>).catch((error) => {
    module = undefined;
    throw error;
  });
  return module;
}
