// Searching and reading documents: plain JSON, so that nobody waits for DuckDB to read a text.

import { byId, element, fill } from "./elements.js";
import { json } from "./files.js";
import { count, decision, languageTag } from "./format.js";
import { languageName } from "./index.js";
import { story } from "./story.js";

/** @typedef {import("./index.js").Index} Index */
/** @typedef {import("./story.js").Document} Document */

const LISTED = 50;
const ADDRESS = "#document=";

/**
 * @param {string} id
 * @returns {string} where a document is read on this page
 */
export function addressOf(id) {
  return `${ADDRESS}${encodeURIComponent(id)}`;
}

/**
 * Sets up the part of the page for reading.
 *
 * @param {Index} index
 */
export function setUpDocuments(index) {
  const form = byId("search", HTMLFormElement);
  const decisions = byId("search-decision", HTMLSelectElement);
  const languages = byId("search-language", HTMLSelectElement);
  const words = byId("search-words", HTMLInputElement);
  const shelf = new Bookshelf(index);

  fill(
    decisions,
    ...index.decisions.map(({ rule, shown }, number) =>
      element("option", { value: number }, `${decision(rule)} (${count(shown)})`),
    ),
    element("option", { value: "all" }, "all decisions"),
  );
  const labels = Object.keys(index.languages).map((label) => [languageName(index, label), label]);
  fill(
    languages,
    element("option", { value: "" }, "all languages"),
    ...labels.sort(([a], [b]) => a.localeCompare(b)).map(([name, label]) => element("option", { value: label }, name)),
  );

  let latest = 0;
  const search = async () => {
    const turn = (latest += 1);
    const documents = await shelf.read(decisions.value === "all" ? shelf.all : [Number(decisions.value)]);
    if (turn !== latest) return;
    showFound(index, documents.filter(matching(words.value, languages.value)));
  };
  const searchAndSay = () => search().catch(complain);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", searchAndSay);

  const follow = async () => {
    if (!location.hash.startsWith(ADDRESS)) return;
    const id = decodeURIComponent(location.hash.slice(ADDRESS.length));
    const found = await shelf.find(id);
    if (found === undefined) notHere(id);
    else open(index, found, shelf);
  };
  const followAndSay = () => follow().catch(complain);
  addEventListener("hashchange", followAndSay);
  return searchAndSay().then(followAndSay);
}

/** @param {Error} error of fetching documents */
function complain(error) {
  fill(byId("found", HTMLElement), error.message);
}

/** The documents to read, fetched decision by decision. */
class Bookshelf {
  /** @param {Index} index */
  constructor(index) {
    this.index = index;
    this.all = index.decisions.map((_, number) => number);
    /** @type {Map<number, Promise<Document[]>>} */
    this.fetched = new Map();
  }

  /**
   * @param {number[]} decisions numbers of decisions
   * @returns {Promise<Document[]>} the documents of all of them
   */
  async read(decisions) {
    const parts = decisions.map((number) => {
      const part = this.fetched.get(number) ?? json(this.index.decisions[number].file);
      this.fetched.set(number, part);
      part.catch(() => this.fetched.delete(number));
      return part;
    });
    return (await Promise.all(parts)).flat();
  }

  /**
   * @param {string[]} ids
   * @returns {Promise<Document[]>} those of them that are here
   */
  async findAll(ids) {
    if (ids.length === 0) return [];
    const wanted = new Set(ids);
    return (await this.read(this.all)).filter(({ id }) => wanted.has(id));
  }

  /**
   * @param {string} id
   * @returns {Promise<Document | undefined>}
   */
  async find(id) {
    for (const number of this.all) {
      const found = (await this.read([number])).find((one) => one.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/**
 * Returns whether a document has a language, and all words in its text, title, address or id, in any case.
 *
 * @param {string} words
 * @param {string} language empty for any
 * @returns {(one: Document) => boolean}
 */
export function matching(words, language) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return (one) => {
    if (language !== "" && one.language !== language) return false;
    if (wanted.length === 0) return true;
    const all = [one.text, one.title, one.url, one.id].filter(Boolean).join("\n").toLowerCase();
    return wanted.every((word) => all.includes(word));
  };
}

/**
 * @param {Index} index
 * @param {Document[]} found
 */
function showFound(index, found) {
  const listed = found.slice(0, LISTED);
  const rest = found.length > listed.length ? `; the first ${LISTED} are listed` : "";
  fill(byId("found", HTMLElement), `${count(found.length)} ${found.length === 1 ? "document" : "documents"}${rest}`);
  fill(
    byId("results", HTMLElement),
    ...listed.map((one) =>
      element(
        "li",
        {},
        element(
          "a",
          { href: addressOf(one.id) },
          element("bdi", { lang: languageTag(one.language) }, heading(one)),
          element("small", {}, `${languageName(index, one.language)} · ${one.licence.concluded} · ${decision(one.rule)}`),
        ),
      ),
    ),
  );
}

/**
 * @param {Document} one
 * @returns {string} its title, the beginning of its text, or its address
 */
function heading(one) {
  const begins = one.text?.trim().split("\n", 1)[0].slice(0, 90);
  return one.title?.trim() || begins || one.url || one.id;
}

/**
 * @param {Index} index
 * @param {Document} one
 * @param {Bookshelf} shelf
 */
function open(index, one, shelf) {
  const place = byId("document", HTMLElement);
  const others = new Set();
  const show = () => fill(place, ...story(index, one, heading(one), (id) => (others.has(id) ? addressOf(id) : null)));
  show();
  const related = [one.derived_from, one.copies?.cluster, ...one.translations].filter((id) => id != null);
  shelf.findAll(related).then((found) => {
    if (found.length === 0 || location.hash !== addressOf(one.id)) return; // another was opened meanwhile
    for (const { id } of found) others.add(id);
    show();
  }, complain);
  for (const item of byId("results", HTMLElement).querySelectorAll("a")) {
    const isOpen = item.getAttribute("href") === addressOf(one.id);
    if (isOpen) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
  bring(place);
}

/** @param {string} id of a document that is not among those to read */
function notHere(id) {
  const place = byId("document", HTMLElement);
  const command = element("code", {}, `loam why CORPUS ${id}`);
  fill(place, element("p", {}, "This document is not among those that can be read here. In the corpus itself: ", command));
  bring(place);
}

/** @param {HTMLElement} place the part of the page to read next */
function bring(place) {
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
}
