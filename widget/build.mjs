// Bundles the widget into one file: script, and style as text for a constructable style sheet.
// The style is the thread page's own, so that there is one place to change it.
import { build, transform } from "esbuild";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

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

await build({
  entryPoints: [root("widget/src/main.ts")],
  outfile: root("src/fruitful/web/static/dist/embed.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2021",
  charset: "utf8",
  legalComments: "none",
  plugins: [inlineStyle],
});
