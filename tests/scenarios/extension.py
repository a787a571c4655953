"""
What a person adds to a plan: a sheet of their own with formulas, a shape, a picture, a comment, a pivot with a slicer,
conditional formats of theirs and on one of ours, custom XML, a printer's settings, and macros with a ribbon.

Written as Excel writes these parts, as far as the Open XML validator can tell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.files import parts, sheet_parts, with_parts

if TYPE_CHECKING:
    from pathlib import Path

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
X14 = f"{MICROSOFT}/spreadsheetml/2009/9/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000500010d0a2db40000000049454e44ae426082"
)

SHEET = f"""{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}" xmlns:x14="{X14}"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>what I look at</t></is></c></row>
<row r="2"><c r="A2"><f>SUM(budget_lines[Budget])</f><v>0</v></c><c r="B2"><f>SUM(sales[Amount])</f><v>0</v></c></row>
<row r="3"><c r="A3"><f>'8 Budget'!C19</f><v>0</v></c><c r="B3"><f>COUNTA(sales[Order])</f><v>0</v></c></row>
</sheetData><conditionalFormatting sqref="A2:B3"><cfRule type="dataBar" priority="1"><dataBar><cfvo type="min"/>
<cfvo type="max"/><color rgb="FF638EC6"/></dataBar></cfRule></conditionalFormatting>
<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>
<pageSetup orientation="portrait" r:id="rId4"/><drawing r:id="rId1"/><legacyDrawing r:id="rId2"/>
<extLst><ext uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}"><x14:slicerList><x14:slicer r:id="rId6"/></x14:slicerList>
</ext></extLst></worksheet>"""

SHAPES = f"""{DECLARATION}<xdr:wsDr xmlns:xdr="{DRAWING}/spreadsheetDrawing" xmlns:a="{DRAWING}/main">
<xdr:twoCellAnchor><xdr:from><xdr:col>4</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>
<xdr:to><xdr:col>7</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>5</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>
<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="Arrow" descr="look here"/><xdr:cNvSpPr/></xdr:nvSpPr>
<xdr:spPr><a:prstGeom prst="rightArrow"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p>
<a:r><a:t>here</a:t>
</a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>
<xdr:oneCellAnchor><xdr:from><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row>
<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="9525" cy="9525"/>
<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="Logo" descr="our logo"/>
<xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip xmlns:r="{OFFICE}" r:embed="rId1"/>
<a:stretch><a:fillRect/></a:stretch>
</xdr:blipFill><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/>
</xdr:oneCellAnchor></xdr:wsDr>"""

COMMENTS = f"""{DECLARATION}<comments xmlns="{MAIN}"><authors><author>Ana</author></authors><commentList>
<comment ref="A2" authorId="0"><text><t>ask Ben</t></text></comment></commentList></comments>"""

COMMENT_BOXES = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s1025" type="#_x0000_t202"
 style="visibility:hidden"><x:ClientData ObjectType="Note"><x:Row>1</x:Row><x:Column>0</x:Column></x:ClientData>
</v:shape></xml>"""

PIVOT_CACHE = f"""{DECLARATION}<pivotCacheDefinition xmlns="{MAIN}" refreshOnLoad="1" saveData="0">
<cacheSource type="worksheet"><worksheetSource name="sales"/></cacheSource><cacheFields count="1">
<cacheField name="Order" numFmtId="0"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>"""

PIVOT = f"""{DECLARATION}<pivotTableDefinition xmlns="{MAIN}" name="My pivot" cacheId="90" dataCaption="Values">
<location ref="A10:A12" firstHeaderRow="1" firstDataRow="1" firstDataCol="0"/><pivotFields count="1">
<pivotField showAll="0"/></pivotFields></pivotTableDefinition>"""

SLICER_CACHE = f"""{DECLARATION}<slicerCacheDefinition xmlns="{X14}" name="Slicer_Order" sourceName="Order">
<pivotTables><pivotTable tabId="90" name="My pivot"/></pivotTables></slicerCacheDefinition>"""

SLICER = f"""{DECLARATION}<slicers xmlns="{X14}"><slicer name="Order" cache="Slicer_Order" caption="Order"
 rowHeight="241300"/></slicers>"""

RIBBON = f"""{DECLARATION}<customUI xmlns="{MICROSOFT}/2009/07/customui"><ribbon><tabs>
<tab id="mine" label="Mine"/></tabs></ribbon></customUI>"""

OUR_FORMAT = (
    '<conditionalFormatting sqref="S25:S40"><cfRule type="cellIs" priority="7" operator="greaterThan">'
    "<formula>20000</formula></cfRule></conditionalFormatting>"
)
"""A format of theirs over the amounts of our targets, with room below."""

TYPES = {
    "xl/worksheets/sheet90.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
    "xl/drawings/drawing90.xml": "application/vnd.openxmlformats-officedocument.drawing+xml",
    "xl/comments90.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
    "xl/pivotCache/pivotCacheDefinition90.xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"
    ),
    "xl/pivotTables/pivotTable90.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml",
    "xl/slicerCaches/slicerCache90.xml": "application/vnd.ms-excel.slicerCache+xml",
    "xl/slicers/slicer90.xml": "application/vnd.ms-excel.slicer+xml",
    "xl/printerSettings/printerSettings90.bin": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"
    ),
    "xl/vbaProject.bin": "application/vnd.ms-office.vbaProject",
}


def relations(*targets: tuple[str, str]) -> str:
    """A part of relationships, with ids in order."""
    listed = "".join(_relation(f"rId{number}", kind, target) for number, (kind, target) in enumerate(targets, 1))
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'


def _relation(name: str, kind: str, target: str) -> str:
    """One relationship."""
    full = kind if kind.startswith("http") else f"{OFFICE}/{kind}"
    return f'<Relationship Id="{name}" Type="{full}" Target="{target}"/>'


ADDED: dict[str, str | bytes] = {
    "xl/worksheets/sheet90.xml": SHEET,
    "xl/worksheets/_rels/sheet90.xml.rels": relations(
        ("drawing", "../drawings/drawing90.xml"),
        ("vmlDrawing", "../drawings/vmlDrawing90.vml"),
        ("comments", "../comments90.xml"),
        ("printerSettings", "../printerSettings/printerSettings90.bin"),
        ("pivotTable", "../pivotTables/pivotTable90.xml"),
        (f"{MICROSOFT}/2007/relationships/slicer", "../slicers/slicer90.xml"),
    ),
    "xl/drawings/drawing90.xml": SHAPES,
    "xl/drawings/_rels/drawing90.xml.rels": relations(("image", "../media/image90.png")),
    "xl/drawings/vmlDrawing90.vml": COMMENT_BOXES,
    "xl/media/image90.png": PIXEL,
    "xl/comments90.xml": COMMENTS,
    "xl/pivotCache/pivotCacheDefinition90.xml": PIVOT_CACHE,
    "xl/pivotTables/pivotTable90.xml": PIVOT,
    "xl/pivotTables/_rels/pivotTable90.xml.rels": relations(
        ("pivotCacheDefinition", "../pivotCache/pivotCacheDefinition90.xml")
    ),
    "xl/slicerCaches/slicerCache90.xml": SLICER_CACHE,
    "xl/slicers/slicer90.xml": SLICER,
    "xl/printerSettings/printerSettings90.bin": b"\x00\x01printer" * 20,
    "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 8,
    "customUI/customUI14.xml": RIBBON,
    "customXml/item1.xml": f"{DECLARATION}<mine>kept</mine>",
}


def extend(plan: Path) -> None:
    """Add it all to a plan."""
    stored = parts(plan)
    budget = sheet_parts(plan)["8 Budget"]

    def changed(name: str, *replacements: tuple[str, str]) -> str:
        text = stored[name].decode()
        for old, new in replacements:
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        return text

    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in TYPES.items())
    defaults = (
        '<Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
    )
    caches = (
        '<pivotCaches><pivotCache cacheId="90" r:id="rId91"/></pivotCaches><extLst>'
        f'<ext xmlns:x14="{X14}" uri="{{BBE1A952-AA13-448e-AADC-164F8A28A991}}"><x14:slicerCaches>'
        '<x14:slicerCache r:id="rId92"/></x14:slicerCaches></ext></extLst>'
    )
    pointers = "".join(
        (
            _relation("rId90", "worksheet", "worksheets/sheet90.xml"),
            _relation("rId91", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition90.xml"),
            _relation("rId92", f"{MICROSOFT}/2007/relationships/slicerCache", "slicerCaches/slicerCache90.xml"),
            _relation("rId93", f"{MICROSOFT}/2006/relationships/vbaProject", "vbaProject.bin"),
            _relation("rId94", "customXml", "../customXml/item1.xml"),
        )
    )
    calculation = re.search(r"<calcPr[^>]*/>", stored["xl/workbook.xml"].decode())
    assert calculation is not None
    with_parts(
        plan,
        {
            **ADDED,
            "[Content_Types].xml": changed(
                "[Content_Types].xml",
                ('<Override PartName="/docProps/app', f'{defaults}<Override PartName="/docProps/app'),
                ("</Types>", f"{overrides}</Types>"),
                (
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                ),
            ),
            "_rels/.rels": changed(
                "_rels/.rels",
                (
                    "</Relationships>",
                    _relation("rId90", f"{MICROSOFT}/2007/relationships/ui/extensibility", "customUI/customUI14.xml")
                    + "</Relationships>",
                ),
            ),
            "xl/workbook.xml": changed(
                "xl/workbook.xml",
                ("</sheets>", '<sheet name="My sheet" sheetId="90" r:id="rId90"/></sheets>'),
                (calculation[0], calculation[0] + caches),
            ),
            "xl/_rels/workbook.xml.rels": changed(
                "xl/_rels/workbook.xml.rels", ("</Relationships>", pointers + "</Relationships>")
            ),
            budget: changed(budget, ("<dataValidations", OUR_FORMAT + "<dataValidations")),
        },
    )
