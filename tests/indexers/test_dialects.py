"""Office packages of rarer kinds are read as the common one is."""

from collections.abc import Callable
from io import BytesIO

import pytest
from packages import changed

from indexers.parsing.parsed import ParsedFile

Reader = Callable[[str, bytes], ParsedFile]

OPENXML = b"application/vnd.openxmlformats-officedocument"
STRICT = {
    b"http://schemas.openxmlformats.org/%s/2006/" % name: b"http://purl.oclc.org/ooxml/%s/" % name
    for name in (
        b"officeDocument",
        b"spreadsheetml",
        b"presentationml",
        b"wordprocessingml",
        b"drawingml",
    )
}
"""ISO/IEC 29500-1: the names of the strict variant, by those of the transitional one."""

VARIANTS = {
    "presentationml.presentation": {
        ".ppsx": OPENXML + b".presentationml.slideshow.main+xml",
        ".ppsm": b"application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
        ".potx": OPENXML + b".presentationml.template.main+xml",
        ".potm": b"application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
        ".pptm": b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    },
    "spreadsheetml.sheet": {
        ".xltx": OPENXML + b".spreadsheetml.template.main+xml",
        ".xltm": b"application/vnd.ms-excel.template.macroEnabled.main+xml",
        ".xlsm": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    },
    "wordprocessingml.document": {
        ".dotx": OPENXML + b".wordprocessingml.template.main+xml",
        ".dotm": b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
        ".docm": b"application/vnd.ms-word.document.macroEnabled.main+xml",
    },
}
"""The types of main parts, by that of the plain format."""


def document() -> bytes:
    import docx

    made = docx.Document()
    made.add_paragraph("Délai de paiement")
    return saved(made.save)


def presentation() -> bytes:
    import pptx

    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[0])
    slide.shapes.title.text = "Délai de paiement"
    return saved(made.save)


def workbook() -> bytes:
    import openpyxl

    made = openpyxl.Workbook()
    made.active.append(["Délai de paiement", 30])
    return saved(made.save)


MAKERS = {
    "presentationml.presentation": presentation,
    "spreadsheetml.sheet": workbook,
    "wordprocessingml.document": document,
}


@pytest.mark.parametrize(
    ("plain", "extension"), [(plain, each) for plain, kinds in VARIANTS.items() for each in kinds]
)
def test_shows_templates_and_macros_are_read(read: Reader, plain: str, extension: str) -> None:
    usual = b"%s.%s.main+xml" % (OPENXML, plain.encode())
    data = changed(MAKERS[plain](), {usual: VARIANTS[plain][extension]})
    assert "Délai de paiement" in words(read(f"a{extension}", data))


@pytest.mark.parametrize("plain", MAKERS)
def test_the_strict_variant_is_read(read: Reader, plain: str) -> None:
    data = changed(MAKERS[plain](), STRICT)
    assert "Délai de paiement" in words(read("a.ooxml", data))


def saved(save: Callable[[BytesIO], object]) -> bytes:
    file = BytesIO()
    save(file)
    return file.getvalue()


def words(parsed: ParsedFile) -> str:
    return "\n".join(block.text for block in parsed.blocks)
