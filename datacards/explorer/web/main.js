// Sets up the explorer's parts. What DuckDB answers waits for DuckDB, which is fetched when one of its parts is near.

import { setUpDocuments } from "./documents.js";
import { byId, fill } from "./elements.js";
import { Engine } from "./engine.js";
import { count } from "./format.js";
import { readIndex } from "./index.js";
import { setUpOverview } from "./overview.js";
import { setUpPictures } from "./pictures.js";
import { setUpSql } from "./sql.js";
import { setUpThresholds } from "./thresholds.js";

/**
 * Calls something once, when a part of the page comes near the window.
 *
 * @param {string} id
 * @param {() => void} call
 */
function whenNear(id, call) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      call();
    },
    { rootMargin: "300px" },
  );
  observer.observe(byId(id, HTMLElement));
}

const scope = byId("explore-scope", HTMLElement);
try {
  setUpPictures();
  const index = await readIndex();
  const drawn = index.rows < index.documents ? `${count(index.rows)} documents, drawn by chance from` : "all";
  fill(scope, `What stands here looks at ${drawn} ${count(index.documents)} documents of the corpus, those dropped among them.`);
  const engine = new Engine(index);
  const thresholds = setUpThresholds(index, engine);
  const draw = setUpOverview(index, engine);
  setUpSql(index, engine);
  whenNear("thresholds", () => thresholds.recount());
  whenNear("charts", draw);
  whenNear("sql-part", () => engine.open());
  await setUpDocuments(index);
} catch (error) {
  fill(scope, `The explorer does not start: ${error instanceof Error ? error.message : error}`);
}
