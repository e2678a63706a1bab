"""How is a document put on a page of the web? One file, which asks for nothing else, on a screen or on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape as escaped

from dyade.authoring.booklet.pages import (
    Block,
    Document,
    Example,
    Facts,
    Heading,
    Items,
    Picture,
    Table,
    Words,
    anchors,
)

STYLE = """\
:root { --ink: #16222e; --quiet: #4a5a69; --line: #c9d3dc; --soft: #f3f6f9; --mark: #1f5fa8; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1.25rem 4rem; color: var(--ink); background: #fff;
  font: 1rem/1.5 Georgia, 'Libertinus Serif', 'Times New Roman', serif; }
h1, h2, h3, h4, nav, table, dt, .under, .skip { font-family: Helvetica, Arial, 'Liberation Sans', sans-serif; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.45rem; margin: 2.75rem 0 .75rem; padding-bottom: .25rem; border-bottom: 2px solid var(--mark); }
h3 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h4 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
.under { color: var(--quiet); margin: 0 0 1.5rem; }
.quiet { color: var(--quiet); font-size: .93rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .5rem; }
a { color: var(--mark); }
a:focus-visible { outline: 3px solid #b45309; outline-offset: 2px; }
nav ol { list-style: none; padding: 0; columns: 18rem; column-gap: 2rem; }
nav li { break-inside: avoid; margin: .15rem 0; }
nav li li { padding-left: 1rem; font-size: .92em; }
nav ol ol { columns: 1; }
ul { margin: .3rem 0; padding-left: 1.25rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 13rem) 1fr; gap: .3rem 1rem; margin: .75rem 0; }
dt { font-weight: bold; font-size: .92em; }
dd { margin: 0; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; line-height: 1.4; }
caption { text-align: left; font-weight: bold; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .55rem; border-bottom: 1px solid var(--line); }
thead th { background: var(--soft); border-bottom: 2px solid var(--line); }
tbody th { font-weight: bold; }
td p, th p, dd p { margin: 0 0 .2rem; }
figure { margin: 1rem 0; }
figure svg { display: block; width: 100%; height: auto; max-height: 120vh; }
pre { background: var(--soft); padding: .75rem 1rem; overflow-x: auto; font: .85rem/1.45 Menlo, Consolas, monospace; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } }
@media print {
  @page { size: A4; margin: 16mm 14mm; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .skip { display: none; }
  h2 { break-before: page; }
  nav + main h2:first-of-type { break-before: auto; }
  h2, h3, h4, caption { break-after: avoid; }
  tr, dt, dd, li, figure { break-inside: avoid; }
  thead { display: table-header-group; }
  table { font-size: 8.5pt; }
  figure svg { max-height: 235mm; }
  pre { white-space: pre-wrap; }
  a { color: inherit; text-decoration: none; }
}
"""


def escape(text: str) -> str:
    """Words as a page takes them; French quotes and colons stay with the words beside them."""
    return escaped(text.replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" :", "\u00a0:"))


def html(document: Document) -> str:
    """A document as one file."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Document) -> Iterator[str]:
    yield "<!doctype html>"
    yield f'<html lang="{escape(document.lang)}">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(document.title)}</title>"
    yield f"<style>\n{STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield f'<a class="skip" href="#main">{escape(document.skip)}</a>'
    yield f"<header><h1>{escape(document.title)}</h1>"
    yield f'<p class="under">{escape(document.under)}</p></header>'
    yield from _contents(document)
    yield '<main id="main">'
    for block, anchor in anchors(document):
        yield from _block(block, anchor)
    yield "</main>"
    yield "</body>"
    yield "</html>"


def _contents(document: Document) -> Iterator[str]:
    """Links to the parts, and to the parts of each."""
    yield f'<nav aria-label="{escape(document.contents)}"><ol>'
    inside = begun = False
    for block, anchor in anchors(document):
        if not isinstance(block, Heading) or block.level > 3:
            continue
        link = f'<li><a href="#{anchor}">{escape(block.text)}</a>'
        if block.level == 3:
            yield link + "</li>" if inside else f"<ol>{link}</li>"
            inside = True
            continue
        if begun:
            yield "</ol></li>" if inside else "</li>"
        yield link
        inside, begun = False, True
    if begun:
        yield "</ol></li>" if inside else "</li>"
    yield "</ol></nav>"


def _block(block: Block, anchor: str) -> Iterator[str]:
    match block:
        case Heading():
            yield f'<h{block.level} id="{anchor}">{escape(block.text)}</h{block.level}>'
        case Words():
            yield f"<p{' class=quiet' if block.quiet else ''}>{escape(block.text)}</p>"
        case Items():
            yield from _items(block)
        case Facts():
            yield "<dl>"
            for term, said in block.rows:
                yield f"<dt>{escape(term)}</dt><dd>{_cell(said)}</dd>"
            yield "</dl>"
        case Table():
            yield from _table(block)
        case Picture():
            yield f"<figure>{block.svg}</figure>"
        case Example():
            yield f"<pre><code>{escape(block.text)}</code></pre>"


def _items(block: Items) -> Iterator[str]:
    at = -1
    for depth, text in block.items:
        while depth > at:
            yield "<ul>"
            at += 1
        while depth < at:
            yield "</ul>"
            at -= 1
        yield f"<li>{escape(text)}</li>"
    yield "</ul>" * (at + 1)


def _table(block: Table) -> Iterator[str]:
    yield '<div class="wide"><table>'
    yield f"<caption>{escape(block.caption)}</caption>"
    yield "<thead><tr>" + "".join(f'<th scope="col">{escape(title)}</th>' for title in block.titles) + "</tr></thead>"
    yield "<tbody>"
    for first, *rest in block.rows:
        cells = "".join(f"<td>{_cell(cell)}</td>" for cell in rest)
        yield f'<tr><th scope="row">{_cell(first)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _cell(texts: Sequence[str]) -> str:
    """One text as it is, several one under the other."""
    if len(texts) == 1:
        return escape(texts[0])
    return "".join(f"<p>{escape(text)}</p>" for text in texts if text)
