"""Words in a drawing, a chart, an imported page or a header are found where they are seen."""

from collections.abc import Callable
from io import BytesIO

import docx
import openpyxl
import pptx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from openpyxl.chart import BarChart, Reference
from packages import changed
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part as SlidePart
from pptx.opc.packuri import PackURI as SlideURI

from indexers.parsing.parsed import ParsedFile

Reader = Callable[[str, bytes], ParsedFile]

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
XML = "application/xml"
SMART_ART = f"""<dgm:dataModel xmlns:dgm="{DRAWING}/diagram" xmlns:a="{DRAWING}/main"><dgm:ptLst>
<dgm:pt><dgm:t><a:p><a:r><a:t>Direction</a:t></a:r><a:r><a:t> générale</a:t></a:r></a:p></dgm:t>
</dgm:pt><dgm:pt type="sibTrans"><dgm:t><a:p/></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>
""".encode()
TEXT_BOX = f"""<mc:AlternateContent
 xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:a="{DRAWING}/main"
 xmlns:xdr="{DRAWING}/spreadsheetDrawing"><mc:Choice><xdr:sp><xdr:txBody><a:p><a:r><a:t>Hors
 taxes</a:t></a:r></a:p></xdr:txBody></xdr:sp></mc:Choice><mc:Fallback><xdr:sp><xdr:txBody><a:p>
<a:r><a:t>Copie</a:t></a:r></a:p></xdr:txBody></xdr:sp></mc:Fallback></mc:AlternateContent>
""".encode()
PAGE = "<html><body><p>Un été à Évry</p></body></html>"
MHTML = (
    'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="b"\n\n\n--b\n'
    f'Content-Type: text/html; charset="utf-8"\nContent-Location: file:///C:/a.html\n\n{PAGE}\n\n'
    "--b--\n"
)


def document(body: str, *, header: str = "", footer: str = "") -> bytes:
    made, file = docx.Document(), BytesIO()
    made.add_paragraph(body)
    made.sections[0].header.paragraphs[0].text = header
    made.sections[0].footer.paragraphs[0].text = footer
    made.save(file)
    return file.getvalue()


def texts(parsed: ParsedFile) -> list[tuple[int | None, str]]:
    return [(block.page, " ".join(block.text.split())) for block in parsed.blocks if block.text]


def test_a_slide_has_the_words_of_its_diagrams_and_charts(read: Reader) -> None:
    deck = pptx.Presentation()
    numbers = CategoryChartData()
    numbers.categories = ["2023"]
    numbers.add_series("Dépenses", [1])
    for title in "Bilan", "Suite":
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = title
        if title == "Bilan":
            place = SlideURI("/ppt/diagrams/data1.xml")
            diagram = SlidePart(place, XML, deck.part.package, SMART_ART)
            slide.part.relate_to(diagram, RELATIONSHIP_TYPE.DIAGRAM_DATA)
            chart = slide.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, 9, 9, numbers).chart
            chart.chart_title.text_frame.text = "Part des achats"
    made = BytesIO()
    deck.save(made)
    assert texts(read("a.pptx", made.getvalue())) == [
        (1, "Bilan"),
        (1, "Direction générale"),
        (1, "Part des achats"),
        (2, "Suite"),
    ]


def test_a_sheet_has_the_words_of_its_text_boxes_and_charts(read: Reader) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Vis"])
    sheet = book.create_sheet("Coûts")
    sheet.append([3])
    for charted in book.create_chartsheet("Graphique", 0), sheet:
        chart = BarChart()
        chart.title = "Prix des vis"
        chart.add_data(Reference(sheet, min_col=1, min_row=1))
        charted.add_chart(chart)
    made = BytesIO()
    book.save(made)
    boxed = changed(made.getvalue(), {b"</wsDr>": TEXT_BOX + b"</wsDr>"})
    assert texts(read("a.xlsx", boxed)) == [
        (1, "Sheet"),
        (1, "Vis"),
        (2, "Coûts"),
        (2, "3"),
        (2, "Hors taxes"),
        (2, "Prix des vis"),
    ]


@pytest.mark.parametrize(
    ("kind", "place", "content", "words"),
    [
        (RELATIONSHIP_TYPE.DIAGRAM_DATA, "diagrams/data1.xml", SMART_ART, ["Direction générale"]),
        (RELATIONSHIP_TYPE.A_F_CHUNK, "a.html", PAGE.encode(), ["Un été à Évry"]),
        (RELATIONSHIP_TYPE.A_F_CHUNK, "a.html", PAGE.encode("cp1252"), ["Un été à Évry"]),
        (RELATIONSHIP_TYPE.A_F_CHUNK, "a.mht", MHTML.encode(), ["Un été à Évry"]),
        (RELATIONSHIP_TYPE.A_F_CHUNK, "a.docx", document("Un été à Évry"), ["Un été à Évry"]),
        (RELATIONSHIP_TYPE.A_F_CHUNK, "a.docx", b"PK\x03\x04", []),
    ],
)
def test_a_document_has_the_words_of_its_diagrams_and_imported_pages(
    kind: str, place: str, content: bytes, words: list[str], read: Reader
) -> None:
    document = docx.Document()
    document.add_paragraph("Avant")
    document.part.relate_to(
        Part(PackURI(f"/word/{place}"), XML, content, document.part.package), kind
    )
    made = BytesIO()
    document.save(made)
    assert [text for _, text in texts(read("a.docx", made.getvalue()))] == ["Avant", *words]


@pytest.mark.parametrize(
    ("body", "expected"), [("Conditions", ["Conditions"]), ("", ["Clinique", "12 rue Haute"])]
)
def test_a_header_and_a_footer_are_read_where_they_are_all(
    body: str, expected: list[str], read: Reader
) -> None:
    data = document(body, header="Clinique", footer="12 rue Haute")
    assert [text for _, text in texts(read("a.docx", data))] == expected
