// Defines <fruitful-comments>. Loading the file twice does no harm.
import { FruitfulComments } from "./element";

const NAME = "fruitful-comments";

if (!customElements.get(NAME)) customElements.define(NAME, FruitfulComments);
