"""Units: of which unit a quantity may be, by the codes of UN/ECE recommendation 20, customs and daily speech."""

from typing import Final

import polars as pl

from tidewaiter.model.findings import FindingKind
from tidewaiter.stages.quality.check import Check

UN_ECE: Final = (
    """
    H87 C62 EA PCE PCS NMB NAR NPR PR SET DZN DZP DPC MIL CEN HND GRO GGR ST TU TB BX BG BO CA CT CS PK PA RO RL RD
    KGM GRM MGM TNE LBR ONZ APZ CTM KNS KNI KPH KPO KPP KSH KSD KUR KNE DTN GFI GRT
    LTR MLT CLT DLT HLT KLT LPA ASV MTQ CMQ DMQ FTQ GLL GLI OZA PTL QTL
    MTR CMT MMT DMT KMT INH FOT YRD MTK CMK MMK DMK FTK YDK KMK WHR KWH MWH TJO WTT CCT CUR DAY HUR MON ANN E48 LS
    """
).split()
SPEECH: Final = (
    """
    PC PIECE PIECES UNIT UNITS U UN NO NO. NOS NUM PAIR PAIRS PRS SETS KIT KITS PACK PACKS PKG PKGS BOX BOXES BAG BAGS
    BOTTLE BOTTLES CAN CANS CARTON CARTONS ROLL ROLLS SHEET SHEETS DOZ DOZ. DZ DOZEN DOZENS STK STUECK STÜCK PZ PZA SZT
    KG KGS G GR GM GRAM GRAMS MG T TON TONS LB LBS OZ CT CARAT L LT LTS LITRE LITRES LITER LITERS ML CL HL
    M CM MM M2 M3 SQM CBM FT IN YD KWHR MWHR PF.LITERS PROOF X
    """
).split()
KNOWN: Final = (*UN_ECE, *SPEECH)

ITEM_CHECKS: Final = (
    Check(
        FindingKind(
            "FMT-26",
            "Unit is unknown",
            "The quantity is given in {unit}, which is no known unit. Use one of UN/ECE recommendation 20.",
            "note",
            "item",
            pointer="item_unit",
            evidence=("unit",),
        ),
        ~pl.col("unit").is_in(KNOWN),
    ),
)
