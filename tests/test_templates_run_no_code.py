"""Templates are data: no known way out of jinja runs code, opens a file or reads what is not the template's own.

The attempts are those of public advisories and of CTF collections; each would make the file ``MARK`` or show a global.
"""

from pathlib import Path

import pytest
from docx import Document

from halokop_sheets.check.procedure import REPORTED
from halokop_sheets.core.report.fields import report_fields
from halokop_sheets.core.report.period import Period
from halokop_sheets.errors import SettingsError
from halokop_sheets.mail.render import Renderer
from halokop_sheets.mail.samples import sample_mails, sample_office
from halokop_sheets.report_document import render
from halokop_sheets.settings import ProgramSettings, Settings
from halokop_sheets.sop import load_procedure
from tests.cli import halokop

ATTEMPTS = {
    "globals of a helper": "{{ cycler.__init__.__globals__.os.system('touch MARK') }}",
    "globals of a function": "{{ lipsum.__globals__['os'].system('touch MARK') }}",
    "builtins": "{{ joiner.__init__.__globals__.__builtins__.open('MARK', 'w').write('x') }}",
    "the template itself": "{{ self.__init__.__globals__.__builtins__.__import__('os').system('touch MARK') }}",
    "subclasses of object": "{% for c in ().__class__.__base__.__subclasses__() %}{% if c.__name__ == 'Popen' %}"
    "{{ c('touch MARK', shell=True).wait() }}{% endif %}{% endfor %}",
    "the filter attr": "{{ (namespace|attr('__init__')|attr('__globals__')).os.system('touch MARK') }}",
    "an attribute as a key": "{{ namespace['__init__']['__globals__'].os.system('touch MARK') }}",
    "the filter map": "{% for o in [cycler]|map(attribute='__init__.__globals__.os') %}{{ o.system('touch MARK') }}"
    "{% endfor %}",
    "format": "{{ '{0.__init__.__globals__}'.format(cycler) }}",
    "format by another name": "{% set f = '{0.__init__.__globals__}'.format %}{{ f(cycler) }}",
    "format by the filter attr": "{{ ('{0.__init__.__globals__}'|attr('format'))(cycler) }}",
    "a macro's function": "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "a function's code": "{{ dict.fromkeys.__self__.mro() }}",
    "a file beside": "{% include '../rahasia.txt' %}",
}
PAYLOADS = pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=list(ATTEMPTS))
SETTINGS = Settings()
PROCEDURE = load_procedure(SETTINGS)
DIGEST = next(mail for mail in sample_mails(SETTINGS, PROCEDURE, linked=False) if mail.kind == "digest")
FIELDS = report_fields(sample_office(SETTINGS, PROCEDURE, REPORTED, "digest"), Period(REPORTED.year, REPORTED.month))


def mark(folder: Path, attempt: str) -> str:
    (folder / "rahasia.txt").write_text("rahasia")
    return attempt.replace("MARK", (folder / "jejak").as_posix())


def word_template(folder: Path, text: str) -> Path:
    document = Document()
    document.add_paragraph(text)
    file = folder / "laporan.docx"
    document.save(str(file))
    return file


@PAYLOADS
@pytest.mark.parametrize("form", ["txt", "html"])
def test_a_mail_template(tmp_path: Path, attempt: str, form: str) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (own / f"digest.{form}.j2").write_text(mark(tmp_path, attempt))
    settings = Settings(program=ProgramSettings(templates_dir="templates"), base=tmp_path)
    with pytest.raises(SettingsError, match=r"digest\.(txt|html)\.j2|rahasia"):
        Renderer(settings).render(DIGEST)
    assert not (tmp_path / "jejak").exists()


@PAYLOADS
def test_the_word_template(tmp_path: Path, attempt: str) -> None:
    file = word_template(tmp_path, mark(tmp_path, attempt))
    with pytest.raises(SettingsError, match=r"laporan\.docx"):
        render(file, FIELDS)
    assert not (tmp_path / "jejak").exists()


@pytest.mark.parametrize("way", ["tpl.save", "image_descriptor.read", "_insert_image.__globals__"])
def test_a_picture_of_the_report_leads_nowhere(tmp_path: Path, way: str) -> None:
    """``bar`` makes a picture whose object knows the whole document, and that one can be saved anywhere."""
    victim = tmp_path / "halokop.xlsx"
    victim.write_bytes(b"the office's workbook")
    call = f"('{victim.as_posix()}')" if way.endswith("save") else "()"
    with pytest.raises(SettingsError, match="there is no field"):
        render(word_template(tmp_path, f"{{{{ (0.5|bar).{way}{call} }}}}"), FIELDS)
    assert victim.read_bytes() == b"the office's workbook"


def test_check_runs_none_of_it(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    attempt = mark(tmp_path, ATTEMPTS["globals of a helper"])
    (own / "digest.txt.j2").write_text(attempt)
    word_template(own, attempt)
    (tmp_path / "halokop.toml").write_text('[program]\ntemplates_dir = "templates"\n')
    ran = halokop(tmp_path, "check")
    assert ran.code and ran.out.count("access to attribute '__init__' of 'type' object is unsafe") == 2, ran.out
    assert not (tmp_path / "jejak").exists()
