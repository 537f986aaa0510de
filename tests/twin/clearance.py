"""The twin itself: rows of text in, the answers of a filing out, one filing at a time."""

from collections import defaultdict
from typing import NamedTuple

from tests.twin import au, ca, ch, eu, gb, nz, us
from tests.twin.allowances import judged
from tests.twin.amounts import NOTHING_ASSESSED, Line, due_at_border, duty_of, fees_of, tax_of, total
from tests.twin.facts import Sheet
from tests.twin.reading import UnreadableFiling, amount, digits, lower, moment, upper
from tests.twin.treatment import Facts, treat
from tests.twin.worth import converted, costs, shares
from tidewaiter.model.codes import CURRENCY_DIGITS

LAWS = {"AU": au, "CA": ca, "CH": ch, "EU": eu, "GB": gb, "NZ": nz, "US": us}
MOST_COUNTED = 10**12
"""A filing worth more counts as worth this in the day of its person."""


class Shelves(NamedTuple):
    """What is looked up.

    ``rates``: day to currency to (numerator, denominator, is_legal); ``tariff``: first day to code to ``Rate``;
    the latest that has started answers. ``sale_rates``: as ``rates``, for days of sale.
    """

    rates: dict
    tariff: dict
    sale_rates: dict


class Twin:
    """Clears filings of one jurisdiction. ``on``: when filings were accepted that do not say so; ``office``: where."""

    def __init__(self, sheet: Sheet, shelves: Shelves, on, office=None) -> None:
        self.sheet, self.shelves, self.run_moment, self.office = sheet, shelves, on, office
        self.law_of = LAWS[sheet.code]
        self.held = getattr(self.law_of, "HELD", {})
        self.digits = CURRENCY_DIGITS[sheet.currency]

    def clear(self, filings):
        """Answers by filing, of all filings that can be read; ``filings``: lists of rows by ``consignment_id``."""
        valued = {}
        for name, rows in filings.items():
            try:
                valued[name] = self._valued(rows)
            except UnreadableFiling:
                continue
        days = self._person_days(valued.values())
        return {
            name: self._answer(one, days.get(one["person"])) | {"person_day": days.get(one["person"])}
            for name, one in valued.items()
        }

    def _valued(self, rows):
        """The filing's day, its law, its lines in order and what they are worth."""
        first = rows[0]
        told = [moment(first.get(name)) for name in self.sheet.duty_point]
        at = next((instant for instant in told if instant is not None), self.run_moment)
        day = at.date()
        law, rates = self.sheet.on(day), self.shelves.rates.get(day, {})
        rows = sorted(rows, key=lambda row: int(row["item_no"]))
        for row in rows:
            for name in ("item_quantity", "item_net_mass_kg", "item_volume_l", "item_value_amount"):
                amount(row.get(name))
        for name in ("freight_amount", "insurance_amount", "other_costs_amount"):
            amount(first.get(name))
        values = [
            converted(amount(row.get("item_value_amount")), upper(row.get("item_value_currency")), rates, self.digits)
            for row in rows
        ]
        intrinsic = total([value for value, _ in values])
        name, postcode = first.get("consignee_name"), first.get("consignee_postcode")
        person = (name.casefold(), postcode.replace(" ", "").upper(), day) if name and postcode else None
        return {
            "sale_value": self._at_sale(first, rows),
            "first": first, "rows": rows, "at": at, "law": law, "rates": rates, "values": values,
            "intrinsic": intrinsic, "person": person,
        }  # fmt: skip

    def _at_sale(self, first, rows):
        """What the goods were worth on the day of the order, where it is told."""
        ordered = moment(first.get("order_at"))
        if ordered is None:
            return None
        rates = self.shelves.sale_rates.get(ordered.date(), {})
        told = [(amount(row.get("item_value_amount")), upper(row.get("item_value_currency"))) for row in rows]
        return total([converted(worth, currency, rates, self.digits)[0] for worth, currency in told])

    @staticmethod
    def _person_days(valued):
        """What each person receives on one day, all filings of the run together; None where one value is unknown."""
        days = defaultdict(list)
        for one in valued:
            worth = one["intrinsic"]
            days[one["person"]].append(None if worth is None else min(worth, MOST_COUNTED))
        days.pop(None, None)
        return {person: total(values) for person, values in days.items()}

    def _facts(self, one, on, person_day):
        first = one["first"]
        destination = upper(first.get("destination_country"))
        types = (lower(first.get("consignor_person_type")), lower(first.get("consignee_person_type")))
        preferences = [upper(row.get("item_preference")) for row in one["rows"]]
        buyers = [upper(first.get(f"{role}_id")) for role in ("buyer", "importer")]
        number = upper(first.get("vat_scheme_id")) or ""
        codes = [digits(row.get("item_commodity_code")) for row in one["rows"]]
        exceeds, untold = judged(one["law"], one["rows"], codes)
        worths = [value for value, _ in one["values"]]
        procedures = {upper(row.get("item_procedure")) for row in one["rows"]}
        return self.law_of.assume(
            Facts(
                value=one["intrinsic"],
                person_day=person_day,
                relation=upper(first.get("party_relation")),
                nature=lower(first.get("nature")),
                mode=lower(first.get("mode")),
                scheme=upper(first.get("vat_scheme")),
                has_scheme_number=self.sheet.code == "EU" and bool(eu.IOSS_NUMBER.fullmatch(number)),
                has_company="legal" in types,
                destination=destination,
                office=self.office or destination,
                claimed_set=upper(first.get("reduced_set")),
                on=on,
                is_several=len(one["rows"]) > 1,
                claims_preference=any(text is not None and not text.startswith("1") for text in preferences),
                is_authorised="BIRDS" in (upper(first.get("authorisations")) or ""),
                sale_value=one["sale_value"],
                least_line=None if None in worths else min(worths),
                procedure=(procedures.pop() or "") if len(procedures) == 1 else "",
                exceeds=exceeds,
                untold=untold,
                has_buyer_number=any(text is not None and gb.VAT_NUMBER.fullmatch(text) for text in buyers),
                dispatch=upper(first.get("country_of_dispatch")) if self.sheet.code == "CA" else "CN",
                lacks_code=any(digits(row.get("item_commodity_code")) is None for row in one["rows"]),
                lacks_origin=any(upper(row.get("item_origin")) is None for row in one["rows"]),
                is_by_value="AD-VALOREM" in (upper(first.get("authorisations")) or ""),
            )
        )

    def _lines(self, one, whole_costs, costs_by_stand_in, codes):
        law = one["law"]
        worth = [value for value, _ in one["values"]]
        for row, code, (value, is_stand_in), share in zip(
            one["rows"], codes, one["values"], shares(whole_costs, worth), strict=True
        ):
            yield Line(
                item=row,
                code=code,
                line_value=value,
                customs_value=None if None in (value, share) else value + share,
                is_by_stand_in=is_stand_in or (costs_by_stand_in and value is not None),
                rate=self._tariff_of(code, law.day),
            )

    def _tariff_of(self, code, day):
        """The rate of the longest part of the code that the tariff of the day knows.

        A code that is no line, though its heading is cut into lines of that length, has none: what is known of the
        whole heading is not the rate of a line nobody drew.
        """
        started = [start for start in self.shelves.tariff if start <= day]
        if code is None or not started:
            return None
        known = self.shelves.tariff[max(started)]
        lengths = [length for length in (10, 8, 6) if length <= len(code)]
        cut = {(len(line), line[:-2]) for line in known}
        if any((length, code[: length - 2]) in cut and code[:length] not in known for length in lengths if length > 6):
            return None
        return next((known[code[:length]] for length in lengths if code[:length] in known), None)

    def _answer(self, one, person_day):
        law, first = one["law"], one["first"]
        codes = [digits(row.get("item_commodity_code")) for row in one["rows"]]
        origins = [upper(row.get("item_origin")) for row in one["rows"]]
        on = frozenset().union(*(law.lists_with(*goods) for goods in zip(codes, origins, strict=True)))
        facts = self._facts(one, on, person_day)
        treatment = treat(facts, law, self.law_of.read, self.law_of.SIMPLIFIED)
        whole_costs, is_stand_in = costs(first, law, one["rates"], self.digits)
        is_dutiable = law.says.get("customs_value_includes_freight")
        lines = list(self._lines(one, whole_costs if is_dutiable else 0, is_stand_in, codes))
        if self.law_of is ca:
            off = shares(ca.relieved(facts, law), [line.line_value for line in lines])
            lines = [line._replace(relieved=part or 0) for line, part in zip(lines, off, strict=True)]
        carriage = shares(0 if is_dutiable else whole_costs, [line.line_value for line in lines])
        charged, charges = set(), []
        flat = law.says.get("flat_duty_minor")
        destination = upper(first.get("destination_country"))
        taxed_at = ca.tax_place(facts, first.get("consignee_postcode")) if self.law_of is ca else destination
        for line, taxed_beside in zip(lines, carriage, strict=True):
            key = line.code and (line.code if treatment.set_used == "H1" else line.code[:6])
            rule = treatment.duty_rule_id
            says = law.says.get(rule) if treatment.duty_rule in {"flat_rate", "per_item", "per_filing"} else flat
            is_first = not charges if treatment.duty_rule == "per_filing" else key not in charged
            unit = law.units.get(rule)
            duty = duty_of(line, treatment, says, unit, is_first=is_first, digits=self.digits)
            if duty[0] is not None:
                duty = duty[0], self.held.get(treatment.duty_rule, duty[1])
            charged.add(key)
            tax = tax_of(line, treatment, *duty, law.tax_on(taxed_at, line.code), taxed_beside)
            charges.append((line, *duty, *tax))
        told = {"reduced_set_used": treatment.set_used, "duty_rule": treatment.duty_rule} | {
            name: spelt(first.get(name))
            for name, spelt in (("party_relation", upper), ("nature", lower), ("mode", lower))
        }
        fees = fees_of(law, destination, one["intrinsic"], lines, one["rates"], self.digits, CURRENCY_DIGITS, told)
        return self._told(one, treatment, charges, fees)

    def _told(self, one, treatment, charges, fees):
        duty = total([amount_of for _, amount_of, *_ in charges])
        is_elsewhere = treatment.tax_rule in NOTHING_ASSESSED
        tax = 0 if is_elsewhere else total([tax_amount for *_, tax_amount, _ in charges])
        due = due_at_border(treatment, duty, tax, [amount_of for amount_of, _ in fees.values()])
        return {
            "duty_point_at": one["at"],
            "treatment": treatment,
            "intrinsic_value_minor": one["intrinsic"],
            "customs_value_minor": total([line.customs_value for line, *_ in charges]),
            "duty_minor": duty,
            "tax_minor": tax,
            "fee_minor": total([amount_of for amount_of, _ in fees.values()]),
            "due_at_border_minor": due,
            "resolved": due is not None,
            "fees": fees,
            "items": charges,
        }
