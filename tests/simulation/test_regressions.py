"""Histories that once went wrong, each shrunk to its shortest script."""

from __future__ import annotations

import pytest
from tests.simulation.script import Act, Crash, Divide, Do, Found, Race, Relay, Script, Storm, Sync
from tests.simulation.world import World

HISTORIES: dict[str, Script] = {
    # A worker died before the commit; the heir read the last page again, from which something
    # was gone by then, and kept what the first reading had staged.
    "a page read twice": [Act(1, 517397611), Crash(1, 2, 13, after=False), Act(1, 284302031)],
    # A series was split and its new half deleted between two syncs; its exceptions stayed.
    "a segment that nobody saw": [
        Act(0, 1044564553),
        Act(0, 311385489),
        Crash(0, 1, 15, after=False),
        Act(0, 162208486),
        Act(0, 357072150),
    ],
    "a segment that nobody saw, counted": [
        Act(0, 538943279),
        Act(0, 170378261),
        Act(0, 1046024843),
        Crash(0, 3, 6, after=False),
        Act(0, 73579823),
        Act(0, 356852958),
    ],
    # A resumed pass ended with the calendar as it was before the crash, and the run with it.
    "a resumed pass is not the present": [
        Act(1, 28278034),
        Act(1, 556958498),
        Storm(578600102, 0.3),
        Sync(1, 5),
        Act(1, 288083023),
        Act(1, 465975918),
        Act(1, 646448839),
        Race(1, 2, 3, late=True),
        Act(1, 220273459),
    ],
    # A half of one day was left, and the other moved to its very day; nobody took them for one.
    "a half that starts before the first": [
        Act(0, 614128442),
        Act(0, 158804329),
        Act(0, 546330122),
        Act(0, 1054778449),
        Sync(0, 3),
        Act(0, 569949926),
    ],
    # Daily halves were matched where a weekly series would have gone on, with the wrong one.
    "daily halves": [
        Act(0, 495314824),
        Act(0, 262669614),
        Act(0, 394361969),
        Race(0, 1, 1, late=True),
        Act(0, 487465773),
    ],
    "two cuts of one family at once": [
        Act(1, 720618282),
        Act(1, 138070391),
        Act(1, 68289998),
        Act(1, 388797808),
        Race(1, 1, 3, late=False),
        Act(1, 505262113),
        Act(1, 995104203),
        Sync(1, 1),
        Act(1, 543659689),
    ],
    # A segment was put between two known ones by its stem, and its cut told as their split.
    "a segment in between": [
        Found(0, 975655289),
        Found(0, 72101276),
        Act(0, 909793183),
        Sync(0, 2),
        Act(0, 110372738),
        Sync(0, 2),
        Act(0, 594139182),
    ],
    # Once a segment between two others of one stem was gone, the next cut was told as their split.
    "neighbours by a gap": [
        Found(0, 717183972),
        Found(0, 436675419),
        Act(0, 644371322),
        Act(0, 110386567),
        Act(0, 489064056),
        Act(0, 527157456),
        Sync(0, 5),
        Act(0, 596779972),
        Act(0, 481276140),
        Sync(0, 1),
        Act(0, 26682801),
    ],
    "neighbours by a gap, and a split": [
        Found(0, 264875289),
        Found(0, 232238100),
        Sync(0, 5),
        Act(0, 214197826),
        Act(0, 403376094),
        Act(0, 181156516),
        Sync(0, 250),
        Act(0, 463511857),
        Act(0, 150211239),
    ],
    # A head that was moved after its tail was split off was taken for what follows the tail.
    "a head moved late": [
        Found(1, 472369804),
        Found(1, 443182414),
        Act(1, 908301396),
        Act(1, 98316072),
        Act(1, 411531518),
        Act(1, 634383898),
        Act(1, 381638764),
        Act(1, 627632559),
        Act(1, 28712023),
        Sync(1, 250),
        Act(1, 211305980),
    ],
    # A head was cut and moved while its tail came and went, and what lay beyond stayed.
    "a head cut and moved": [
        Found(0, 277595755),
        Found(0, 384635807),
        Act(0, 691007644),
        Sync(0, 7),
        Act(0, 1027446743),
        Act(0, 745693384),
        Act(0, 331350690),
    ],
    # A cut that one new segment explained was told as a split of another one, too.
    "two cuts, one explained": [
        Found(0, 374098087),
        Found(0, 664415256),
        Sync(0, 1),
        Act(0, 1065519480),
        Act(0, 680235438),
        Act(0, 53256406),
        Sync(0, 1),
        Act(0, 725138026),
        Act(0, 1037857934),
        Crash(0, 1, 35, after=False),
        Act(0, 714492318),
    ],
    # A head was moved into its tail and divided there, and the service gave both halves one id.
    "a slot split off twice": [
        Found(1, 390723367),
        Found(1, 185213573),
        Act(1, 308219546),
        Act(1, 46838210),
        Act(1, 510504097),
        Crash(1, 2, 33, after=False),
        Act(1, 789149977),
        Act(1, 628142606),
        Act(1, 489428395),
    ],
    # Of halves that overlap, since the first one was moved, the next cut was told as their split.
    "overlapping halves, split again": [
        Found(0, 538332968),
        Act(0, 94409004),
        Act(0, 411468565),
        Sync(0, 7),
        Act(0, 1022099244),
    ],
    "overlapping halves, cut where they met": [
        Found(0, 83623995),
        Found(0, 78265969),
        Act(0, 1037351199),
        Act(0, 1009816384),
        Act(0, 669526645),
        Sync(0, 5),
        Act(0, 475789439),
    ],
    # A short half was moved to before the first one, which was cut in the same pass.
    "a short half moved to before the first": [
        Found(0, 280290060),
        Found(0, 826979307),
        Act(0, 173757420),
        Sync(0, 2),
        Act(0, 127601283),
    ],
    # A segment that was over before another one began was told as what that one was split into.
    "a segment from before": [
        Found(0, 404719544),
        Found(0, 756304308),
        Act(0, 471403701),
        Act(0, 615039078),
        Act(0, 240181823),
        Act(0, 303130357),
        Sync(0, 2),
        Act(0, 674787824),
    ],
    # The service divided a COUNT where spring skips the slot, and counted the slot twice.
    "a slot that the clock skips": [
        Found(1, 770817694),
        Found(1, 193655679),
        Act(1, 132883908),
        Act(1, 801537947),
        Crash(1, 1, 23, after=False),
        Act(1, 663248249),
    ],
    # Two segments had an occurrence of one id, and one of them never reached Salesloft.
    "segments that overlap": [
        Act(0, 1072641063),
        Act(0, 966438105),
        Act(0, 373685595),
        Act(0, 929773510),
        Act(0, 1055013206),
    ],
    # The cut of one segment was told as its split into another that was older than the cut, and
    # that no link had reached since a third one was born between the two.
    "a half that is older than the cut": [
        Found(0, 580185614),
        Found(0, 577832076),
        Act(0, 788945518),
        Act(0, 560838815),
        Sync(0, 2),
        Act(0, 175545568),
    ],
    "a half that is older than the move": [
        Found(1, 484388613),
        Found(1, 351859779),
        Act(1, 237715333),
        Act(1, 242009573),
        Sync(1, 2),
        Act(1, 63218362),
        Sync(1, 3),
        Act(1, 78438689),
    ],
    "a half that is older than the cut of the segment born before it": [
        Found(0, 885747279),
        Found(0, 292338078),
        Act(0, 517422359),
        Act(0, 576674668),
        Sync(0, 2),
        Act(0, 1061675243),
        Act(0, 297088527),
        Act(0, 823512133),
        Crash(0, 2, 35, after=False),
        Act(0, 115364969),
    ],
    # The half of a cut that waited came with a new start of the first one, and was told a run late.
    "a head that begins later": [
        Found(0, 28971884),
        Found(0, 607479943),
        Act(0, 527967264),
        Act(0, 945710894),
        Act(0, 428299561),
        Act(0, 38746899),
        Sync(0, 3),
        Divide(0, 97996546, tail_first=False, synced_between=True),
        Act(0, 430339144),
        Act(0, 958764841),
        Act(0, 1025186287),
        Act(0, 784952729),
        Race(0, 1, 3, late=True),
        Act(0, 883961226),
    ],
    # A head was made to reach over its tail again, and took back an occurrence that the tail lost.
    "what a tail lost, its head has": [
        Found(1, 390469870),
        Act(1, 933359195),
        Act(1, 1027289842),
        Act(1, 872147128),
        Do(1, "change rule", 356501990),
        Sync(1, 3),
        Divide(1, 998323408, tail_first=False, synced_between=False),
    ],
    # One pass of Kloudless told an exception first and the deletion of its series after that.
    "an exception before the end of its series": [
        Found(0, 99272485),
        Found(0, 440774598),
        Act(0, 452751874),
        Act(0, 713107621),
        Sync(0, 3),
        Storm(75736792, 0.3),
        Relay(),
        Act(0, 248324062),
        Relay(),
        Act(0, 383080463),
    ],
    # An upstream list came in disorder between two pages of Kloudless that go by number.
    "numbered pages in a storm": [
        Found(0, 831879424),
        Found(0, 197613790),
        Found(1, 1047202597),
        Act(0, 259842968),
        Act(1, 163431694),
        Act(1, 842720940),
        Storm(676836289, 0.3),
        Sync(0, 5, awaiting=True),
        Sync(0, 5),
        Sync(1, 2),
        Relay(numbered=True, luck=46313167),
    ],
    "numbered pages in a storm, while nobody edits": [
        Found(0, 455938444),
        Found(0, 64427171),
        Found(1, 1058292849),
        Act(0, 570483038),
        Act(1, 953003600),
        Act(0, 409364691),
        Divide(1, 455132745, tail_first=False, synced_between=False),
        Storm(292112146, 0.3),
        Crash(0, 1, 39, after=False),
        Act(0, 876272222),
        Act(0, 420477688),
        Crash(1, 1, 35, after=False),
        Act(0, 846978887),
        Storm(1039489832, 0.3),
        Relay(numbered=True),
    ],
    # A series that a client had divided, before anybody looked, was cut again in the same minute;
    # the half that stood behind its old end was taken for what this cut had left.
    "a half that stood behind": [
        Found(1, 103605616),
        Found(1, 1030416210),
        Act(1, 980729569),
        Act(1, 19809157),
        Divide(1, 471869528, tail_first=False, synced_between=False),
        Race(1, 1, 1, late=False),
        Act(1, 466499690),
    ],
    # Nobody could judge a stub: its slot stood again, in a later segment of its series.
    "a slot that stands again in a later segment": [
        Found(0, 534527448),
        Found(0, 117378893),
        Act(0, 171932861),
        Relay(fresh=False, numbered=False, luck=275595183),
        Do(0, "toggle all-day", 996117543),
        Crash(0, 3, 20, after=True),
        Act(0, 444201286),
        Do(0, "toggle all-day", 148083812),
        Relay(fresh=False, numbered=False, luck=914969985),
        Do(0, "toggle all-day", 759698541),
    ],
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_a_history_that_once_went_wrong(history: Script) -> None:
    """It ends with the copy in step, now and for good."""
    World().run(history)
