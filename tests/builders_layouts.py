"""Layouts as couriers invent them: fields renamed in two languages, cut short, mistyped, reordered, in other units.

The names stand here as people wrote them over their lists; they are not taken from the lexicon that has to know them.
"""

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

NAMES: dict[str, dict[str, list[str]]] = {
    "consignment_id": {
        "en": ["Tracking Number", "tracking id", "Parcel No", "AWB", "Shipment Number", "Parcel Tracking Ref"],
        "de": ["Sendungsnummer", "Paketnummer", "Sendungs-ID", "Paket Nr.", "Frachtbrief Nr"],
        "fr": ["Numéro de suivi", "No colis", "Référence colis", "N° de suivi"],
        "es": ["Número de seguimiento", "Nº guía", "Núm. envío paquete", "Guía"],
        "it": ["Numero di tracciamento", "Codice tracking", "Numero pacco"],
        "pl": ["Numer przesyłki", "Nr paczki", "Numer listu"],
    },
    "order_id": {
        "en": ["Order Number", "Order Ref", "PO Number", "Customer Order No"], "de": ["Bestellnummer", "Auftragsnummer"],
        "fr": ["Numéro de commande", "Réf. commande"], "es": ["Nº pedido", "Referencia de pedido"],
        "it": ["Numero ordine", "Rif. ordine"], "pl": ["Numer zamówienia", "Nr zamówienia"],
    },
    "consignor_name": {
        "en": ["Shipper Name", "Sender", "Shipper Company", "Sender Full Name"], "de": ["Absender", "Absendername"],
        "fr": ["Nom expéditeur", "Expéditeur"], "es": ["Remitente", "Nombre remitente"],
        "it": ["Mittente", "Nome mittente"], "pl": ["Nadawca", "Nazwa nadawcy"],
    },
    "consignor_street": {
        "en": ["Shipper Address", "Sender Street"], "de": ["Absender Straße", "Absenderadresse"],
        "fr": ["Adresse expéditeur"], "es": ["Dirección remitente"], "it": ["Indirizzo mittente"],
        "pl": ["Adres nadawcy"],
    },
    "consignor_city": {
        "en": ["Shipper City", "Sender Town"], "de": ["Absender Ort", "Absenderort"], "fr": ["Ville expéditeur"],
        "es": ["Ciudad remitente"], "it": ["Città mittente"], "pl": ["Miasto nadawcy"],
    },
    "consignor_country": {
        "en": ["Shipper Country Code", "Sender Ctry"], "de": ["Absenderland", "Absender Land"],
        "fr": ["Pays expéditeur"], "es": ["País remitente"], "it": ["Paese mittente"], "pl": ["Kraj nadawcy"],
    },
    "consignee_name": {
        "en": ["Receiver Name", "Consignee", "Recipient Full Name", "Ship To Name", "Cnee Name"],
        "de": ["Empfänger", "Empfaengername", "Name Empfänger"], "fr": ["Destinataire", "Nom du destinataire"],
        "es": ["Destinatario", "Nombre destinatario"], "it": ["Destinatario", "Nome destinatario"],
        "pl": ["Odbiorca", "Nazwa odbiorcy"],
    },
    "consignee_street": {
        "en": ["Receiver Address 1", "Consignee Street", "Ship To Addr", "Recipient Address Line"],
        "de": ["Empfänger Straße", "Empfängeradresse"], "fr": ["Adresse destinataire", "Rue destinataire"],
        "es": ["Dirección destinatario", "Calle destinatario"], "it": ["Indirizzo destinatario", "Via destinatario"],
        "pl": ["Ulica odbiorcy", "Adres odbiorcy"],
    },
    "consignee_city": {
        "en": ["Receiver City", "Consignee Town", "Ship To City"], "de": ["Empfänger Ort", "Empfängerstadt"],
        "fr": ["Ville destinataire"], "es": ["Ciudad destinatario", "Localidad destinatario"],
        "it": ["Città destinatario"], "pl": ["Miasto odbiorcy", "Miejscowość odbiorcy"],
    },
    "consignee_postcode": {
        "en": ["Receiver Zip", "Consignee Postal Code", "Ship To Zip Code", "Recipient Postcode"],
        "de": ["Empfänger PLZ", "Empf. Postleitzahl"], "fr": ["Code postal destinataire", "CP destinataire"],
        "es": ["Código postal destinatario", "CP destinatario"], "it": ["CAP destinatario"],
        "pl": ["Kod pocztowy odbiorcy"],
    },
    "consignee_country": {
        "en": ["Receiver Country", "Consignee Country Code", "Ship To Country"], "de": ["Empfängerland", "Empfänger Land"],
        "fr": ["Pays destinataire"], "es": ["País destinatario"], "it": ["Paese destinatario"],
        "pl": ["Kraj odbiorcy"],
    },
    "consignee_phone": {
        "en": ["Receiver Phone", "Consignee Tel", "Recipient Mobile"], "de": ["Empfänger Telefon", "Empfänger Handynummer"],
        "fr": ["Téléphone destinataire", "Tél. destinataire"], "es": ["Teléfono destinatario", "Móvil destinatario"],
        "it": ["Telefono destinatario", "Cellulare destinatario"], "pl": ["Telefon odbiorcy"],
    },
    "consignee_email": {
        "en": ["Receiver Email", "Consignee E-Mail"], "de": ["Empfänger E-Mail", "Mailadresse Empfänger"],
        "fr": ["Courriel destinataire", "E-mail destinataire"], "es": ["Correo destinatario"],
        "it": ["Email destinatario"], "pl": ["E-mail odbiorcy"],
    },
    "vat_scheme_id": {
        "en": ["IOSS Number", "IOSS", "Seller IOSS No"], "de": ["IOSS-Nummer", "IOSS Nr."], "fr": ["Numéro IOSS"],
        "es": ["Número IOSS"], "it": ["Codice IOSS"], "pl": ["Numer IOSS"],
    },
    "nature": {
        "en": ["Nature of Contents", "Purpose", "Reason for Export", "Content Category"],
        "de": ["Sendungsart", "Zweck", "Art der Sendung"], "fr": ["Nature de l'envoi", "Motif"],
        "es": ["Naturaleza", "Motivo"], "it": ["Natura", "Motivo"], "pl": ["Rodzaj przesyłki"],
    },
    "gross_mass_kg": {
        "en": ["Gross Weight", "Parcel Weight", "Gross Wt", "Total Gross Mass"],
        "de": ["Bruttogewicht", "Gewicht brutto", "Paketgewicht"], "fr": ["Poids brut", "Poids brut du colis"],
        "es": ["Peso bruto", "Peso bruto total"], "it": ["Peso lordo"], "pl": ["Waga brutto", "Masa brutto"],
    },
    "freight_amount": {
        "en": ["Shipping Cost", "Freight", "Postage Paid", "Freight Charge"], "de": ["Versandkosten", "Porto"],
        "fr": ["Frais de port", "Frais de transport"], "es": ["Gastos de envío", "Portes"],
        "it": ["Spese di spedizione"], "pl": ["Koszt wysyłki", "Koszty przesyłki"],
    },
    "order_at": {
        "en": ["Order Date", "Date of Order"], "de": ["Bestelldatum", "Auftragsdatum"], "fr": ["Date de commande"],
        "es": ["Fecha de pedido"], "it": ["Data ordine"], "pl": ["Data zamówienia"],
    },
    "item_no": {
        "en": ["Line", "Item No", "Line Number", "Seq"], "de": ["Position", "Pos.", "Zeile"], "fr": ["Ligne", "N° ligne"],
        "es": ["Línea", "Nº línea"], "it": ["Riga"], "pl": ["Pozycja", "Lp."],
    },
    "item_description": {
        "en": ["Goods Description", "Item Description", "Content", "Product Name", "Desc of Goods"],
        "de": ["Warenbezeichnung", "Artikelbeschreibung", "Inhalt"], "fr": ["Désignation", "Description marchandise"],
        "es": ["Descripción", "Descripción mercancía", "Contenido"], "it": ["Descrizione merce", "Contenuto"],
        "pl": ["Opis towaru", "Zawartość"],
    },
    "item_commodity_code": {
        "en": ["HS Code", "Tariff No", "Commodity Code", "HTS"], "de": ["Warennummer", "Zolltarifnummer", "HS-Code"],
        "fr": ["Code SH", "Code douanier", "Nomenclature"], "es": ["Código arancelario", "Partida arancelaria"],
        "it": ["Codice doganale", "Codice HS"], "pl": ["Kod taryfy", "Kod HS"],
    },
    "item_origin": {
        "en": ["Country of Origin", "Origin", "Made In", "Item Origin Ctry"], "de": ["Ursprungsland", "Herkunftsland"],
        "fr": ["Pays d'origine", "Origine"], "es": ["País de origen", "Origen"], "it": ["Paese di origine", "Origine"],
        "pl": ["Kraj pochodzenia"],
    },
    "item_quantity": {
        "en": ["Quantity", "Qty", "Pieces", "Item Qty"], "de": ["Menge", "Anzahl", "Stückzahl"], "fr": ["Quantité", "Qté"],
        "es": ["Cantidad", "Cant."], "it": ["Quantità", "Q.tà"], "pl": ["Ilość", "Ilość sztuk"],
    },
    "item_net_mass_kg": {
        "en": ["Net Weight", "Item Weight", "Net Wt", "Nett Weight"], "de": ["Nettogewicht", "Eigengewicht"],
        "fr": ["Poids net", "Poids net article"], "es": ["Peso neto"], "it": ["Peso netto"], "pl": ["Waga netto"],
    },
    "item_value_amount": {
        "en": ["Item Value", "Declared Value", "Customs Value", "Line Value", "Line Amt"], "de": ["Warenwert", "Wert"],
        "fr": ["Valeur", "Valeur déclarée", "Montant"], "es": ["Valor", "Valor declarado", "Importe"],
        "it": ["Valore", "Valore dichiarato", "Importo"], "pl": ["Wartość", "Wartość towaru"],
    },
    "item_value_currency": {
        "en": ["Currency", "Value Currency", "Curr.", "Ccy"], "de": ["Währung", "Waehrung"], "fr": ["Devise"],
        "es": ["Moneda", "Divisa"], "it": ["Valuta"], "pl": ["Waluta"],
    },
    "item_product_id": {
        "en": ["SKU", "Article No"], "de": ["Artikelnummer"], "fr": ["Référence article"], "es": ["Referencia artículo"],
        "it": ["Codice articolo"], "pl": ["Indeks towaru"],
    },
    "marketplace_id": {
        "en": ["Marketplace", "Sales Platform"], "de": ["Marktplatz", "Plattform"], "fr": ["Place de marché", "Plateforme"],
        "es": ["Plataforma"], "it": ["Piattaforma"], "pl": ["Platforma"],
    },
}  # fmt: skip
UNSEEN: dict[str, dict[str, list[str]]] = {  # kept apart: nothing was ever adjusted to these
    "consignment_id": {
        "en": ["Waybill", "Parcel Barcode", "Consignment Number", "HAWB No"], "de": ["Paket-ID", "Sendung Nr", "Trackingnummer"],
        "fr": ["Code de suivi", "Numéro d'envoi", "Code-barres colis"], "es": ["Código de rastreo", "Nº de paquete"],
        "nl": ["Zendingsnummer", "Track & Trace code", "Pakketnummer"], "zh": ["运单号", "yundan hao", "包裹单号"],
    },
    "order_id": {
        "en": ["Webshop Order", "Order ID"], "de": ["Bestell-Nr.", "Auftrags-ID"], "fr": ["N° commande"],
        "es": ["Número de pedido"], "nl": ["Ordernummer", "Bestelnummer"], "zh": ["订单编号", "dingdan hao"],
    },
    "consignor_name": {
        "en": ["Sent By", "From Name", "Exporter Name"], "de": ["Versender", "Name des Absenders"], "fr": ["Expéditeur nom"],
        "es": ["Nombre del remitente", "Expedidor"], "nl": ["Afzender", "Naam afzender"], "zh": ["寄件人姓名", "发件人"],
    },
    "consignor_street": {
        "en": ["From Address", "Exporter Street"], "de": ["Versender Anschrift"], "fr": ["Rue de l'expéditeur"],
        "es": ["Domicilio remitente"], "nl": ["Adres afzender"], "zh": ["寄件人地址"],
    },
    "consignor_city": {
        "en": ["From City", "Exporter City"], "de": ["Versender Stadt"], "fr": ["Localité expéditeur"],
        "es": ["Localidad remitente"], "nl": ["Plaats afzender"], "zh": ["寄件人城市"],
    },
    "consignor_country": {
        "en": ["From Country", "Exporter Country"], "de": ["Land des Versenders"], "fr": ["Pays de l'expéditeur"],
        "es": ["País del remitente"], "nl": ["Land afzender"], "zh": ["寄件国家"],
    },
    "consignee_name": {
        "en": ["Addressee", "Deliver To Name", "Buyer Full Name"], "de": ["Name des Empfängers", "Kundenname"],
        "fr": ["Nom et prénom destinataire", "Nom client"], "es": ["Nombre y apellidos destinatario", "Nombre cliente"],
        "nl": ["Ontvanger", "Naam geadresseerde"], "zh": ["收件人姓名", "shoujianren"],
    },
    "consignee_street": {
        "en": ["Addressee Street", "Deliver To Address", "Buyer Addr"], "de": ["Anschrift Empfänger", "Kundenadresse"],
        "fr": ["Rue et n° destinataire", "Adresse client"], "es": ["Domicilio destinatario", "Dirección cliente"],
        "nl": ["Straat ontvanger", "Adres ontvanger"], "zh": ["收件人地址", "shouhuo dizhi"],
    },
    "consignee_city": {
        "en": ["Addressee Town", "Deliver To City", "Buyer City"], "de": ["Stadt Empfänger", "Wohnort Empfänger"],
        "fr": ["Commune destinataire"], "es": ["Población destinatario"], "nl": ["Woonplaats ontvanger"], "zh": ["收件人城市"],
    },
    "consignee_postcode": {
        "en": ["Addressee Post Code", "Deliver To ZIP", "Buyer Postal"], "de": ["PLZ Empfänger", "Postleitzahl Kunde"],
        "fr": ["CP client", "C.P. destinataire"], "es": ["C.P. destinatario"], "nl": ["Postcode ontvanger"], "zh": ["收件人邮编"],
    },
    "consignee_country": {
        "en": ["Addressee Country", "Deliver To Country", "Buyer Ctry"], "de": ["Land Empfänger", "Ländercode Empfänger"],
        "fr": ["Code pays destinataire"], "es": ["Cód. país destinatario"], "nl": ["Land ontvanger"], "zh": ["收件人国家"],
    },
    "consignee_phone": {
        "en": ["Addressee Telephone", "Deliver To Tel", "Buyer Contact Phone"], "de": ["Rufnummer Empfänger", "Tel. Empfänger"],
        "fr": ["Portable destinataire", "Tél client"], "es": ["Tlf. destinatario", "Teléfono cliente"],
        "nl": ["Telefoon ontvanger"], "zh": ["收件人电话", "联系电话"],
    },
    "consignee_email": {
        "en": ["Addressee Mail", "Buyer Email Address"], "de": ["Mail Empfänger"], "fr": ["Mail client"],
        "es": ["E-mail cliente"], "nl": ["E-mail ontvanger"], "zh": ["收件人邮箱"],
    },
    "vat_scheme_id": {
        "en": ["IOSS VAT ID", "Import One Stop Shop No"], "de": ["IOSS-ID"], "fr": ["N° IOSS"], "es": ["Nº IOSS"],
        "nl": ["IOSS-nummer"], "zh": ["IOSS税号", "IOSS号"],
    },
    "nature": {
        "en": ["Contents Type", "Type of Goods", "Transaction Type"], "de": ["Art des Inhalts", "Grund der Ausfuhr"],
        "fr": ["Type d'envoi", "Motif d'exportation"], "es": ["Tipo de envío", "Motivo de exportación"],
        "nl": ["Aard van de zending", "Reden"], "zh": ["内件性质", "申报类型"],
    },
    "gross_mass_kg": {
        "en": ["Weight", "Shipment Gross Weight", "Mass Gross"], "de": ["Rohgewicht", "Gesamtgewicht"],
        "fr": ["Poids total", "Masse brute"], "es": ["Peso total paquete", "Peso del paquete"],
        "nl": ["Brutogewicht", "Gewicht pakket"], "zh": ["毛重", "包裹重量"],
    },
    "freight_amount": {
        "en": ["Postage", "Shipping Fee", "Delivery Cost"], "de": ["Frachtkosten", "Versand"], "fr": ["Port", "Coût du transport"],
        "es": ["Coste de envío", "Flete"], "nl": ["Verzendkosten", "Vrachtkosten"], "zh": ["运费", "邮费"],
    },
    "order_at": {
        "en": ["Ordered On", "Purchase Date"], "de": ["Datum der Bestellung"], "fr": ["Commandé le"],
        "es": ["Fecha del pedido"], "nl": ["Besteldatum", "Orderdatum"], "zh": ["下单日期", "订单日期"],
    },
    "item_no": {
        "en": ["Line Item", "Pos", "Item Line"], "de": ["Lfd. Nr.", "Positionsnummer"], "fr": ["Poste", "Numéro de ligne"],
        "es": ["Posición", "Núm. línea"], "nl": ["Regel", "Regelnummer"], "zh": ["序号", "行号"],
    },
    "item_description": {
        "en": ["Article", "Description", "Contents Description", "Commodity"], "de": ["Inhaltsbeschreibung", "Ware"],
        "fr": ["Libellé article", "Contenu"], "es": ["Producto", "Mercancía"], "nl": ["Omschrijving goederen", "Inhoud"],
        "zh": ["品名", "货物名称"],
    },
    "item_commodity_code": {
        "en": ["Harmonized Code", "HTS Code", "HS6", "Tariff"], "de": ["Zolltarif-Nr", "Statistische Warennummer"],
        "fr": ["Nomenclature douanière", "Code HS"], "es": ["Código TARIC", "Código HS"],
        "nl": ["Goederencode", "GN-code", "HS-code"], "zh": ["海关编码", "HS编码"],
    },
    "item_origin": {
        "en": ["Goods Origin", "Manufactured In", "Origin Cntry"], "de": ["Ursprung", "Hergestellt in"],
        "fr": ["Fabriqué en", "Origine marchandise"], "es": ["País origen", "Origen mercancía"],
        "nl": ["Land van oorsprong", "Herkomst"], "zh": ["原产国", "原产地"],
    },
    "item_quantity": {
        "en": ["No of Pieces", "Units", "Pcs", "Quantity Shipped"], "de": ["Stück", "Anzahl Stück"], "fr": ["Nombre d'unités", "Qte"],
        "es": ["Unidades", "Cantidad uds"], "nl": ["Aantal", "Aantal stuks"], "zh": ["数量", "件数"],
    },
    "item_net_mass_kg": {
        "en": ["Weight Net", "Net Mass", "Line Weight"], "de": ["Gewicht netto", "Netto"], "fr": ["Masse nette", "Net"],
        "es": ["Peso neto unitario", "Neto"], "nl": ["Nettogewicht", "Gewicht netto"], "zh": ["净重"],
    },
    "item_value_amount": {
        "en": ["Value", "Goods Value", "Declared Amount", "Total Line Price"], "de": ["Betrag", "Deklarierter Wert", "Zollwert"],
        "fr": ["Valeur en douane", "Montant ligne"], "es": ["Valor en aduana", "Importe línea"],
        "nl": ["Waarde", "Douanewaarde", "Bedrag"], "zh": ["申报价值", "金额"],
    },
    "item_value_currency": {
        "en": ["Currency Code", "Cur", "Invoice Ccy"], "de": ["Währungscode", "Whg."], "fr": ["Code devise", "Monnaie"],
        "es": ["Cód. moneda"], "nl": ["Valuta", "Muntsoort"], "zh": ["币种", "币制"],
    },
    "item_product_id": {
        "en": ["Product Code", "Item SKU"], "de": ["Artikel-Nr."], "fr": ["Réf. produit"], "es": ["Cód. artículo"],
        "nl": ["Artikelnummer"], "zh": ["货号"],
    },
    "marketplace_id": {
        "en": ["Platform ID", "Sold Via"], "de": ["Verkaufsplattform"], "fr": ["Plateforme de vente"],
        "es": ["Canal de venta"], "nl": ["Verkoopkanaal", "Platform"], "zh": ["平台", "电商平台"],
    },
}  # fmt: skip
NEEDED = {"consignment_id", "consignee_name", "item_description", "item_value_amount", "item_value_currency"}
OWN = {  # columns of a courier's own that no canonical field holds
    "en": ["Depot Slot", "Remarks", "Batch Run", "Label Colour"], "de": ["Lagerplatz", "Bemerkung", "Tour"],
    "fr": ["Remarque", "Quai"], "es": ["Observaciones", "Muelle"], "it": ["Annotazioni", "Banchina"],
    "pl": ["Uwagi", "Regał"], "nl": ["Opmerking", "Stelling"], "zh": ["备注", "库位"],
}  # fmt: skip
CUTS = {"Number": "Nbr", "Address": "Addr", "Country": "Cntry", "Quantity": "Qnty", "Description": "Descr",
        "Weight": "Wght", "Telephone": "Tel", "Recipient": "Rcpt", "Receiver": "Rcvr", "Shipper": "Shpr",
        "Consignee": "Cnee", "Destinatario": "Dest.", "Destinataire": "Dest.", "Amount": "Amt"}  # fmt: skip
PEOPLE = ["Anna Berg", "Jean Petit", "María Gómez", "Piotr Nowak", "Luca Conti", "Eva Lindholm", "John Carter"]
STREETS = [
    "Hauptstr. 12",
    "12 rue Haute",
    "Calle Mayor 3",
    "ul. Długa 7",
    "Via Roma 18",
    "Storgatan 4",
    "9 High Street",
]
CITIES = {"DE": "Hamburg", "FR": "Lyon", "ES": "Toledo", "PL": "Gdynia", "IT": "Parma", "NL": "Delft"}
POSTCODES = {"DE": "20095", "FR": "69001", "ES": "45001", "PL": "81-304", "IT": "43121", "NL": "2611 AB"}
GOODS = [("cotton shirt", "610910"), ("phone case of plastic", "392690"), ("wooden toy train", "950300"),
         ("ceramic mug", "691200"), ("wrist watch", "910211")]  # fmt: skip
NATURES = {"en": ["Sale", "Gift"], "de": ["Verkauf", "Geschenk"], "fr": ["Vente", "Cadeau"], "es": ["Venta", "Regalo"],
           "it": ["Vendita", "Regalo"], "pl": ["Sprzedaż", "Prezent"], "nl": ["Verkoop", "Cadeau"],
           "zh": ["销售", "礼品"]}  # fmt: skip
COMMA = {"de", "fr", "es", "it", "pl", "nl"}


@dataclass
class Layout:
    """One layout: its text, and the truth about it."""

    text: str
    truth: dict[str, str]
    decimal: str
    units: dict[str, str]
    dates: str
    own: list[str] = field(default_factory=list)


def a_layout(seed: int, names: dict[str, dict[str, list[str]]] = NAMES) -> Layout:
    """A layout that nobody has seen, the same for the same seed."""
    chance = random.Random(f"layout {seed}")
    main, other = chance.sample(sorted(names["order_id"]), 2)
    chosen = [name for name in names if name in NEEDED or chance.random() < 0.85]
    style = chance.choice([_snake, _camel, _as_is, _upper, _as_is])
    heads: dict[str, str] = {}
    for name in chosen:
        tongue = main if chance.random() < 0.75 else other
        heads[name] = _styled(chance, style, chance.choice(names[name][tongue]), set(heads.values()))
    own = [_styled(chance, style, word, set(heads.values())) for word in chance.sample(OWN[main], 2)]
    units = {name: chance.choice(["kg", "g"]) for name in ("gross_mass_kg", "item_net_mass_kg") if name in heads}
    told = Layout("", {}, "," if main in COMMA else ".", units, chance.choice(["", "dmy", "mdy"]), own)
    order = _mixed(chance, chosen)
    rows = [[row[name] for name in order] + [chance.choice(["A7", "urgent", ""]), str(chance.randrange(9000))]
            for row in _rows(chance, told, main)]  # fmt: skip
    told.truth = {heads[name]: name for name in order}
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if told.decimal == "," else ",", lineterminator="\n")
    writer.writerows([[heads[name] for name in order] + own, *rows])
    told.text = buffer.getvalue()
    return told


def _mixed(chance: random.Random, chosen: Sequence[str]) -> list[str]:
    """Blocks of what belongs together in any order, and some columns anywhere."""
    blocks = [[n for n in chosen if n.startswith(start)] for start in ("consignor", "consignee", "item")]
    blocks += [[name] for name in chosen if not name.startswith(("consignor", "consignee", "item"))]
    chance.shuffle(blocks)
    for block in blocks:
        if chance.random() < 0.5:
            chance.shuffle(block)
    return [name for block in blocks for name in block]


def _styled(chance: random.Random, style, name: str, taken: set[str]) -> str:
    for long, short in CUTS.items():
        if chance.random() < 0.3:
            name = name.replace(long, short)
    if chance.random() < 0.12 and len(name) > 7:
        at = chance.randrange(2, len(name) - 2)
        name = name[:at] + name[at + 1 :] if chance.random() < 0.5 else name[:at] + name[at] + name[at:]
    styled = style(name)
    return styled if styled not in taken else f"{styled} 2"


def _words(name: str) -> list[str]:
    return name.replace(".", " ").replace("'", " ").replace("-", " ").split()


def _snake(name: str) -> str:
    return "_".join(_words(name)).lower()


def _camel(name: str) -> str:
    first, *rest = _words(name)
    return first.lower() + "".join(word[:1].upper() + word[1:].lower() for word in rest)


def _upper(name: str) -> str:
    return "_".join(_words(name)).upper()


def _as_is(name: str) -> str:
    return name


def _rows(chance: random.Random, told: Layout, tongue: str) -> list[dict[str, str]]:
    found = []
    for number in range(60):
        country = chance.choice(list(CITIES))
        lines = chance.choice([1, 1, 2, 3])
        nets = [chance.randrange(50, 900) for _ in range(lines)]
        day = chance.randrange(1, 29)
        filing = {
            "consignment_id": f"LX{number * 7919 % 100_000_000:09}CN" if tongue in {"en", "de"} else f"P{90_000 + number}",
            "order_id": f"ORD-{5_000 + number}", "consignor_name": chance.choice(["Bright Star Ltd", "Lotus Trading"]),
            "consignor_street": chance.choice(["88 Harbour Road", "No 5 East Lane"]), "consignor_city": "Shenzhen",
            "consignor_country": chance.choice(["CN", "CN", "HK"]), "consignee_name": chance.choice(PEOPLE),
            "consignee_street": chance.choice(STREETS), "consignee_city": CITIES[country],
            "consignee_postcode": POSTCODES[country], "consignee_country": country,
            "consignee_phone": f"+49{chance.randrange(10**9, 10**10)}", "consignee_email": f"p{number}@example.org",
            "vat_scheme_id": f"IM{2_760_000_000 + chance.randrange(4)}", "nature": chance.choice(NATURES[tongue]),
            "gross_mass_kg": _mass(sum(nets) + 80, told, "gross_mass_kg"),
            "freight_amount": _amount(chance.randrange(100, 900), told), "marketplace_id": chance.choice(["MKT1", "MKT2"]),
            "order_at": {"": f"2026-10-{day:02}", "dmy": f"{day:02}.10.2026", "mdy": f"10/{day:02}/2026"}[told.dates],
        }  # fmt: skip
        for line, net in enumerate(nets, start=1):
            goods, code = chance.choice(GOODS)
            found.append({
                **filing, "item_no": str(line), "item_description": goods, "item_commodity_code": code,
                "item_origin": chance.choice(["CN", "VN"]), "item_quantity": str(chance.randrange(1, 5)),
                "item_net_mass_kg": _mass(net, told, "item_net_mass_kg"),
                "item_value_amount": _amount(chance.randrange(300, 9_000), told),
                "item_value_currency": chance.choice(["EUR", "USD"]), "item_product_id": f"SKU{chance.randrange(999):03}",
            })  # fmt: skip
    return found


def _mass(grams: int, told: Layout, name: str) -> str:
    return str(grams) if told.units.get(name) == "g" else f"{grams // 1000}{told.decimal}{grams % 1000:03}"


def _amount(cents: int, told: Layout) -> str:
    return f"{cents // 100}{told.decimal}{cents % 100:02}"
