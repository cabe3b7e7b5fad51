// Bundles the widget into two files, each with its style as text for a constructable style sheet:
// embed.js is all that the first paint needs, more.<hash>.js what a reader needs who acts.
// The styles are the thread page's own, so that there is one place to change them.
import { build, transform } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const dist = root("src/fruitful/web/static/dist/");

const inlineStyle = {
  name: "inline-style",
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await transform(source, { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

async function bundle(entry, define = {}) {
  const { outputFiles } = await build({
    entryPoints: [root(`widget/src/${entry}.ts`)],
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2021",
    charset: "utf8",
    legalComments: "none",
    plugins: [inlineStyle],
    define,
  });
  return outputFiles[0].contents;
}

const more = await bundle("more");
const name = `more.${createHash("sha256").update(more).digest("hex").slice(0, 12)}.js`;
const embed = await bundle("main", { MORE: JSON.stringify(name) });
await mkdir(dist, { recursive: true });
// In this order, so that a server never sends a script that names a file it does not have.
await writeFile(dist + name, more);
await writeFile(`${dist}embed.js`, embed);
for (const file of await readdir(dist)) {
  if (/^more\..*\.js$/.test(file) && file !== name) await rm(dist + file);
}
