"""How the figures are worked out, in the words that board, evaluation and Petunjuk share. In Indonesian."""

from halokop_sheets.core.office.metrics import COMPARED
from halokop_sheets.core.terms import Cols

ON_TIME = "langkah selesai tepat waktu ÷ langkah yang diperlukan dan sudah lewat tenggat atau selesai"
LIKES_RATE = "Likes ÷ Viewers"
LIKES_RATE_IS = f"{Cols.LIKES} ÷ {Cols.VIEWERS_VIDEO}"
ENGAGEMENT = "Interaksi ÷ Viewers"
ENGAGEMENT_IS = (
    f"({Cols.LIKES} + {Cols.COMMENTS} + {Cols.SHARES} + {Cols.SAVES}) ÷ {Cols.VIEWERS_VIDEO}, bila kelimanya terisi"
)
EQUAL_AGE = f"{Cols.VIEWERS_VIDEO} pada hari terakhir yang terisi; bila tidak ada, {Cols.LIKES}"
MEDIAN = f"yang di tengah dari {COMPARED} episode Aktif terakhir sebelumnya yang hari itu terisi"
CHANGE = "(episode ini − pembanding) ÷ pembanding"
BLANK = "belum diisi; tidak pernah dihitung sebagai 0"
