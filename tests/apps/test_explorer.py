"""The explorer in a browser: from disk, under its own policy, by mouse, touch and key."""

import re

import numpy as np
import pytest

from nnviz.explorer import page
from tests.apps.test_explorer_numbers import executed

TABS = ["paths", "weights", "rates", "regularizers"]
HOSTILE = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def explorer(small_explorer, tmp_path_factory):
    """Return a page, with a rule whose name is hostile among its own."""
    brought = {"title": HOSTILE, "package": f"{HOSTILE} 1.0"}
    told = {**small_explorer, "rules": {**small_explorer["rules"], HOSTILE: brought}}
    path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    path.write_text(page.render(told), "utf-8")
    return path


@pytest.fixture
def opened(explorer, browser):
    """Return a function that opens the page offline at an address; it may ask nobody, nor err."""
    asked, errors, contexts = [], [], []

    def open_page(address="", *, width=1400, height=900, **more):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            offline=True,
            permissions=["clipboard-read", "clipboard-write"],
            **more,
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("console", lambda message: errors.append(message.text))
        tab.goto(explorer.as_uri() + address)
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
    assert {url.partition("#")[0] for url in asked} == {explorer.as_uri()}


def address(tab, holding):
    """Return the address when it holds a word: it follows a moment after the knobs."""
    tab.wait_for_function(f"() => location.hash.includes({holding!r})", timeout=5000)
    return tab.evaluate("location.hash")


def message(tab):
    return tab.locator("[role=tabpanel]:not([hidden]) h2").inner_text()


@pytest.mark.parametrize(
    ("width", "scheme"), [(390, "light"), (768, "dark"), (1400, "light"), (1920, "dark")]
)
@pytest.mark.parametrize("name", TABS)
def test_all_of_a_tab_can_be_read(name, width, scheme, explorer, browser):
    from tests.apps.conftest import FAULTS

    size = {"width": width, "height": 844 if width < 1000 else 1080}
    with browser.new_page(viewport=size, color_scheme=scheme, offline=True) as tab:
        tab.goto(f"{explorer.as_uri()}#tab={name}")
        found = tab.evaluate(FAULTS)
        assert not found, "\n".join(found[:10])
        words = tab.locator("body").inner_text()
        assert not re.search(r"undefined|NaN|\bnan\b|\{\w+\}", words)
        for canvas in tab.locator("[role=tabpanel]:not([hidden]) figure canvas").all():
            assert len(canvas.get_attribute("aria-label")) > 40
            drawn = canvas.evaluate(
                "it => new Set(new Uint32Array(it.getContext('2d').getImageData(0, 0, it.width, "
                "it.height).data.buffer)).size"
            )
            assert drawn > 20  # colours


def test_every_knob_has_a_name_and_is_large_enough_for_a_finger(opened):
    tab = opened(width=390, height=844, has_touch=True)
    for name in TABS:
        tab.locator(f"#tab-{name}").tap()
        panel = tab.locator(f"#{name}")
        for knob in panel.locator("button, select, input").all():
            named = knob.evaluate(
                "it => it.ariaLabel || it.labels?.[0]?.textContent.trim() || it.textContent.trim()"
            )
            assert named
            assert knob.bounding_box()["height"] >= 24


def test_the_policy_stops_what_is_not_the_pages_own(explorer, browser, tmp_path):
    text = explorer.read_text("utf-8").replace(
        "</header>", "</header><script>document.title = 'run'</script>"
    )
    path = tmp_path / "changed.html"
    path.write_text(text, "utf-8")
    with browser.new_page(offline=True) as tab:
        tab.goto(path.as_uri())
        assert tab.title() != "run"


def test_a_rule_without_a_script_says_so_and_its_name_stays_text(opened):
    tab = opened()
    option = tab.locator("#paths-add option", has_text="no script of its own")
    assert HOSTILE in option.inner_text()
    assert option.is_disabled()
    assert tab.locator("img").count() == 0


def test_a_knob_changes_path_message_and_address_and_a_link_brings_it_back(opened):
    tab = opened()
    before = tab.locator("#paths-sayings").inner_text()
    rate = tab.get_by_role("textbox", name="Rate")
    rate.fill("1.05")
    rate.press("Enter")
    assert tab.locator("#paths-sayings").inner_text() != before
    link = address(tab, "sgd:lr=1.05")
    assert tab.locator("#paths-rules .number").first.inner_text() not in ("0.0133", "")
    other = opened(link)
    assert message(other) == message(tab)
    assert other.locator("#paths-rules").inner_text() == tab.locator("#paths-rules").inner_text()


def test_a_link_that_is_pasted_into_the_open_page_counts(opened):
    tab = opened()
    tab.evaluate("location.hash = '#tab=weights&scheme=zeros&depth=3'")
    tab.wait_for_function("() => !document.getElementById('weights').hidden")
    assert "all units of a layer say the same" in message(tab)


def test_the_copied_python_makes_the_path_that_is_seen(opened):
    tab = opened("#tab=paths&surface=booth&rule=momentum:lr=0.02,momentum=0.8&noise=1&seed=2")
    tab.get_by_role("button", name="Copy the Python").click()
    tab.get_by_role("button", name="Copy", exact=True).click()
    tab.wait_for_function("() => document.getElementById('said').textContent")
    python = tab.evaluate("navigator.clipboard.readText()")
    path = executed(python)["study"].table("paths").sort_values("step")
    seen = tab.evaluate(
        """() => descend({ ...STATE.paths, domain: DATA.surfaces.booth.domain, draws: NOISE[2],
        surface: SURFACES.get("booth"),
        rule: RULES.get("momentum")(0.02, STATE.paths.rules[0].settings) }).points"""
    )
    np.testing.assert_allclose(seen, path[["x", "y"]].to_numpy(float), rtol=1e-9)
    height = float(path["loss"].iloc[-1])
    assert tab.locator("#paths-rules .number").inner_text() == f"{height:.3g}"


def test_the_copied_link_is_the_address(opened):
    tab = opened("#tab=rates&surface=booth")
    tab.get_by_role("button", name="Copy the link").click()
    tab.wait_for_function("() => document.getElementById('said').textContent")
    assert tab.evaluate("navigator.clipboard.readText()") == tab.url
    assert "surface=booth" in tab.url


def test_a_path_is_walked_and_rewound_by_keys(opened):
    tab = opened("#tab=paths&steps=40&noise=1&seed=4")
    whole = message(tab)
    tab.keyboard.press("Home")
    assert tab.locator("#paths-step-value").inner_text() == "0 of 40"
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#paths-step-value").inner_text() == "1 of 40"
    tab.keyboard.press("Space")
    tab.wait_for_function("() => document.getElementById('paths-step').value > 2")
    tab.keyboard.press("Space")
    stopped = tab.locator("#paths-step-value").inner_text()
    tab.wait_for_timeout(300)
    assert tab.locator("#paths-step-value").inner_text() == stopped != "40 of 40"
    tab.keyboard.press("End")  # the same start, the same noise, the same end
    assert message(tab) == whole


def test_without_motion_a_path_is_there_at_once(opened):
    tab = opened("#tab=paths&steps=200&step=0", reduced_motion="reduce")
    tab.keyboard.press("Space")
    assert tab.locator("#paths-step-value").inner_text() == "200 of 200"


def test_tabs_theme_help_and_python_by_keys(opened):
    tab = opened()
    for place, name in enumerate(TABS, start=1):
        tab.keyboard.press(str(place))
        assert tab.locator(f"#{name}").is_visible()
        assert tab.locator("[role=tabpanel]:visible").count() == 1
    ground = "getComputedStyle(document.body).backgroundColor"
    light = tab.evaluate(ground)
    tab.keyboard.press("t")
    assert tab.evaluate(ground) != light
    for key, name in (("?", "help"), ("c", "python")):
        tab.keyboard.press(key)
        assert tab.locator(f"#{name}").is_visible()
        tab.keyboard.press("Escape")
        assert not tab.locator(f"#{name}").is_visible()
    tab.locator("#tab-regularizers").focus()
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("document.activeElement.id") == "tab-paths"


def test_the_start_is_dragged_and_moved_by_arrow_keys(opened):
    tab = opened("#tab=paths")
    box = tab.locator("#paths-map").bounding_box()
    x, y = box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"]
    tab.mouse.move(x - 50, y)
    tab.mouse.down()
    tab.mouse.move(x, y, steps=3)
    tab.mouse.up()
    dragged = float(tab.locator("#paths-x").input_value())
    assert dragged != -7
    address(tab, f"start={dragged:g},")
    tab.locator("#paths-map").press("ArrowRight")
    assert float(tab.locator("#paths-x").input_value()) > dragged


def test_a_pair_of_the_map_becomes_a_path(opened):
    tab = opened("#tab=rates&steps=40")
    assert "ends lowest" in message(tab)
    box = tab.locator("#rates-map").bounding_box()
    tab.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    height = tab.locator("#rates-height").inner_text()
    tab.get_by_role("button", name="Show this path").click()
    assert tab.locator("#paths").is_visible()
    assert tab.locator("#paths-rules .number").inner_text() == height
    assert "40 updates" in message(tab)


def test_the_gain_kills_and_blows_up_a_signal(opened):
    tab = opened("#tab=weights&depth=8")
    gain = tab.get_by_role("textbox", name="Gain")
    for value, words in (("0.3", "loses the signal"), ("1", "keeps"), ("3", "blows the signal up")):
        gain.fill(value)
        gain.press("Enter")
        assert words in message(tab)
    tab.get_by_role("button", name="Rewind to gain 1").click()
    assert gain.input_value() == "1"


def test_a_strength_is_chosen_in_the_table(opened, small_explorer):
    tab = opened("#tab=regularizers")
    claims = small_explorer["regularizers"]["cells"]
    assert message(tab) == claims[0][0]["claims"][0]["statement"]
    tab.locator("#regularizers-table button").nth(5).click()
    assert message(tab) == claims[1][2]["claims"][0]["statement"]
    assert "decay=0.03&dropout=0.4" in address(tab, "dropout=0.4")


def test_a_rule_comes_and_goes(opened):
    tab = opened()
    tab.locator("#paths-add").select_option("lion")
    assert tab.locator("#paths-rules li").count() == 5
    tab.get_by_role("button", name="Remove SGD").click()
    assert tab.locator("#paths-rules .name").all_inner_texts() == [
        "Momentum",
        "AdaGrad",
        "Adam",
        "Lion",
    ]


def test_a_hostile_link_makes_no_element(opened):
    tab = opened(f"#tab=paths&surface={HOSTILE}&rule={HOSTILE}:lr=1&start={HOSTILE}")
    assert tab.locator("img").count() == 0
    assert "AdaGrad is lowest" in message(tab)


def test_the_picture_stays_in_sight_on_a_phone(opened):
    tab = opened(width=390, height=844, has_touch=True)
    tab.get_by_role("slider", name="Updates").scroll_into_view_if_needed()
    box = tab.locator("#paths-map").bounding_box()
    assert box["y"] >= -5
    assert box["height"] > 200
