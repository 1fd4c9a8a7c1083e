"""A card's pictures: what a manifest counts, as SVG that reads in light and dark, by Vega-Lite.

Which pictures there are and what they say in words follows from the manifest alone; drawing them needs the extra
`cards` (Altair and vl-convert).
"""
