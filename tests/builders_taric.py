"""Messages of TARIC form, written from nothing: envelopes, daily extracts, and a small tariff to apply them to."""

from xml.sax.saxutils import escape

from tidewaiter.reference.measures.kinds import record_kinds

NUMBERS = {"update": "1", "delete": "2", "insert": "3"}
TARIC = "urn:publicid:-:DGTAXUD:TARIC:MESSAGE:1.0"
ENVELOPE = "urn:publicid:-:DGTAXUD:GENERAL:ENVELOPE:1.0"


def a_record(action, kind, code=None, **fields):
    """A record; underscores in field names stand for dots."""
    number = NUMBERS.get(action, action)
    record, subrecord = (code or record_kinds()[kind].code or "999 99").split()
    told = {name.replace("_", "."): text for name, text in fields.items()}
    inner = "".join(f"<oub:{name}>{escape(str(text))}</oub:{name}>" for name, text in told.items())
    return (
        f"<oub:record><oub:transaction.id>1</oub:transaction.id><oub:record.code>{record}</oub:record.code>"
        f"<oub:subrecord.code>{subrecord}</oub:subrecord.code>"
        f"<oub:record.sequence.number>1</oub:record.sequence.number><oub:update.type>{number}</oub:update.type>"
        f"<oub:{kind}>{inner}</oub:{kind}></oub:record>"
    )


def an_envelope(*records, before=""):
    """An envelope with one transaction and message a record."""
    messages = "".join(
        f'<env:transaction id="1"><env:app.message id="1"><oub:transmission xmlns:oub="{TARIC}">{record}'
        "</oub:transmission></env:app.message></env:transaction>"
        for record in records
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}{before}<env:envelope xmlns="{TARIC}" xmlns:env="{ENVELOPE}" id="1">{messages}</env:envelope>'


def goods(sid, code, indents, suffix="80", start="2020-01-01", end=None, words="Goods", action="insert"):
    """Records of one code: itself, its indent, its wording."""
    same = {"goods_nomenclature_sid": sid, "goods_nomenclature_item_id": code}
    ending = {"validity_end_date": end} if end else {}
    return [
        a_record(action, "goods.nomenclature", **same, producline_suffix=suffix, validity_start_date=start, **ending),
        a_record(action, "goods.nomenclature.indents", goods_nomenclature_indent_sid=sid, **same,
                 productline_suffix=suffix, validity_start_date=start, number_indents=f"{indents:02}"),
        a_record(action, "goods.nomenclature.description.period", goods_nomenclature_description_period_sid=sid,
                 **same, validity_start_date=start),
        a_record(action, "goods.nomenclature.description", goods_nomenclature_description_period_sid=sid, **same,
                 language_id="EN", description=words),
    ]  # fmt: skip


def area(name, members=(), start="2000-01-01"):
    """A country, or a group with its members; the number of an area is its name."""
    made = [
        a_record("insert", "geographical.area", geographical_area_sid=name, geographical_area_id=name,
                 validity_start_date=start, geographical_code="1" if len(name) == 4 else "0")
    ]  # fmt: skip
    for member in members:
        made.append(
            a_record("insert", "geographical.area.membership", geographical_area_sid=member,
                     geographical_area_group_sid=name, validity_start_date=start)
        )  # fmt: skip
    return made


def measure(sid, type_, place, of, start="2020-01-01", end=None, action="insert", parts=(), **more):
    """A measure with its amounts. ``of``: sid and code of the goods; ``parts``: (expression, amount, *units)."""
    ending = {"validity_end_date": end} if end else {}
    made = [
        a_record(action, "measure", measure_sid=sid, measure_type=type_, geographical_area=place,
                 goods_nomenclature_item_id=of[1], validity_start_date=start,
                 measure_generating_regulation_role="1", measure_generating_regulation_id="R2000010", **ending,
                 stopped_flag="0", geographical_area_sid=place, goods_nomenclature_sid=of[0], **more)
    ]  # fmt: skip
    units = ("monetary_unit_code", "measurement_unit_code", "measurement_unit_qualifier_code")
    for expression, amount, *told in parts:
        made.append(
            a_record(action, "measure.component", measure_sid=sid, duty_expression_id=expression, duty_amount=amount,
                     **dict(zip(units, told, strict=False)))
        )  # fmt: skip
    return made


def excluded(sid, place):
    return a_record("insert", "measure.excluded.geographical.area", measure_sid=sid, excluded_geographical_area=place,
                    geographical_area_sid=place)  # fmt: skip


def condition(sid, of, code, action, document=None, number="1", **more):
    papers = {"certificate_type_code": document[0], "certificate_code": document[1:]} if document else {}
    return a_record("insert", "measure.condition", measure_condition_sid=sid, measure_sid=of, condition_code=code,
                    component_sequence_number=number, action_code=action, **papers, **more)  # fmt: skip


TYPES = ("103", "105", "112", "122", "141", "142", "143", "145", "306", "551", "552", "554", "696", "475")
CHAPTER, SHOES, LEATHER, BOOTS, OTHER = (
    ("1", "6400000000"), ("2", "6403000000"), ("3", "6403510000"), ("4", "6403510010"), ("5", "6403590000"),
)  # fmt: skip
EVERYONE = "1011"


def a_small_tariff():
    """Shoes: a chapter, a heading, an intermediate line without a code of its own, three codes; areas; no measures."""
    return [
        a_record("insert", "measure.type.series", measure_type_series_id="C", validity_start_date="2000-01-01"),
        *(a_record("insert", "measure.type", measure_type_id=one, validity_start_date="2000-01-01",
                   measure_type_series_id="C") for one in TYPES),
        *(a_record("insert", "duty.expression", duty_expression_id=one, validity_start_date="2000-01-01")
          for one in ("01", "02", "04", "12", "15", "17", "99")),
        a_record("insert", "monetary.unit", monetary_unit_code="EUR", validity_start_date="2000-01-01"),
        *(a_record("insert", "measurement.unit", measurement_unit_code=one, validity_start_date="2000-01-01")
          for one in ("DTN", "NPR")),
        a_record("insert", "regulation.group", regulation_group_id="DUM", validity_start_date="2000-01-01"),
        a_record("insert", "base.regulation", base_regulation_role="1", base_regulation_id="R2000010",
                 validity_start_date="2000-01-01", regulation_group_id="DUM"),
        *(a_record("insert", "measure.condition.code", condition_code=one, validity_start_date="2000-01-01")
          for one in ("A", "B", "V")),
        *(a_record("insert", "measure.action", action_code=one, validity_start_date="2000-01-01")
          for one in ("01", "07", "27")),
        a_record("insert", "certificate.type", certificate_type_code="N", validity_start_date="2000-01-01"),
        a_record("insert", "certificate", certificate_type_code="N", certificate_code="990",
                 validity_start_date="2000-01-01"),
        *(one for name in ("CN", "VN", "NO", "ID") for one in area(name)),
        *area(EVERYONE), *area("2020", ("VN", "ID")), *area("2005", ("VN",)),
        *goods(*CHAPTER, 0, words="Footwear"),
        *goods(*SHOES, 0, words="Of leather"),
        *goods("9", "6403510000", 1, suffix="10", words="Other"),
        *goods(*LEATHER, 2, words="Covering the ankle"),
        *goods(*BOOTS, 3, words="Boots"),
        *goods("6", "6403510090", 3, words="Not boots"),
        *goods(*OTHER, 1, words="Not covering the ankle"),
    ]  # fmt: skip


def an_extract(*items, made_on="2023-02-24"):
    """A daily extract of whole entities."""
    inner = "".join(f"<TariffHistoryItem><find>{item}</find></TariffHistoryItem>" for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ns2:TariffHistoryResponse xmlns:ns2="http://example.org/extract">'
        f"<ResultsInfo><executionDate>{made_on}T00:15:34</executionDate></ResultsInfo>{inner}"
        "</ns2:TariffHistoryResponse>"
    )


def an_entity(name, action, *inside, number="1"):
    """An entity or a part of one; ``inside`` is XML."""
    info = f"<metainfo><opType>{action}</opType><transactionDate>2023-02-23T13:02:01</transactionDate></metainfo>"
    return f"<{name}><hjid>{number}</hjid>{info}{''.join(inside)}</{name}>"


def told(**fields):
    """Leaves of an entity."""
    return "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
