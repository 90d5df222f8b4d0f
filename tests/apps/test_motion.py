"""Films in the encoder, pages with a slider in a browser."""

import base64
import io
import json
import subprocess

import numpy as np
import pytest
from PIL import Image

from nnviz import motion, plots
from nnviz.errors import NnvizError
from nnviz.motion import movie
from nnviz.motion.stage import set_up
from tests.apps import programs
from tests.plots import cases

HOSTILE = "</script><img src=x onerror=document.title='run'>"
BLOCKED = "() => performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:'))"


def drawn(title="Adam arrives"):
    with plots.theme("light", "slides"):
        figure = plots.trajectories(cases.paths(), surface="bowl").figure
        plots.headline(figure, title)
        return figure


def ffmpeg(*arguments):
    command = [programs.find("encoder"), "-v", "error", *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return motion.animate(drawn(), tmp_path_factory.mktemp("film") / "race.mp4", seconds=2)


class TestFilm:
    def test_it_is_what_players_take(self, film):
        told = subprocess.run(
            [
                *(programs.find("probe"), "-v", "error", "-count_frames", "-of", "json"),
                *("-show_streams", "-show_format", str(film)),
            ],
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
        (stream,) = json.loads(told)["streams"]
        assert stream["codec_name"] == "h264"
        assert (stream["width"], stream["height"]) == (1920, 1080)
        assert stream["pix_fmt"] == "yuv420p"
        assert stream["r_frame_rate"] == "30/1"
        assert stream["nb_read_frames"] == "60"
        assert json.loads(told)["format"]["tags"]["title"] == "Adam arrives"

    def test_the_same_encoder_gives_the_same_bytes(self, film, tmp_path):
        again = motion.animate(drawn(), tmp_path / "race.mp4", seconds=2)
        assert again.read_bytes() == film.read_bytes()

    def test_it_ends_as_the_figure(self, film):
        png = ffmpeg("-sseof", "-0.1", "-i", film, "-frames:v", 1, "-f", "apng", "-")
        last = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(float)
        with set_up(drawn(), (1920, 1080)) as stage:
            off = np.abs(last - stage.still()[..., :3])
        assert off.mean() < 1.5
        assert (off > 96).mean() < 1e-4

    def test_ten_seconds_take_less_than_three_megabytes(self, tmp_path):
        for suffix in ("mp4", "gif", "png", "html"):
            path = motion.animate(drawn(), tmp_path / f"race.{suffix}", seconds=10)
            assert path.stat().st_size < 3e6, suffix

    def test_a_fault_of_the_encoder_is_told(self, tmp_path, monkeypatch):
        monkeypatch.setattr(movie, "_arguments", lambda _: ["-nonsense"])
        with pytest.raises(NnvizError, match="ffmpeg must encode the frames; got"):
            motion.animate(drawn(), tmp_path / "race.mp4", seconds=0.5)
        assert not (tmp_path / "race.mp4").exists()


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    return motion.animate(drawn(), folder / "race.html", seconds=1, description="Two paths.")


@pytest.fixture
def opened(browser, page_file):
    """Return what opens the page, offline, with its faults written down."""
    pages = []

    def opened(path=page_file, width=1280, motion="no-preference", **options):
        size = {"width": width, "height": 800}
        page = browser.new_page(viewport=size, offline=True, reduced_motion=motion, **options)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda message: page.faults.append(message.text))
        page.goto(path.as_uri())
        page.locator("form").wait_for(state="visible")
        pages.append(page)
        return page

    yield opened
    for page in pages:
        assert page.faults == []
        assert page.evaluate(BLOCKED) == []
        page.close()


def told(page):
    return page.locator("output").text_content()


def picture(page):
    """Return the pixels of the canvas."""
    source = page.locator("canvas").evaluate("canvas => canvas.toDataURL()")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))))


class TestPage:
    def test_it_plays_by_itself_and_stops_at_the_end(self, opened):
        page = opened()
        page.locator("button:not(.playing)").wait_for(timeout=20_000)
        assert told(page) == "step 30 of 30"
        assert page.locator("input").get_attribute("aria-valuetext") == "step 30 of 30"

    def test_it_stands_still_for_whom_motion_disturbs(self, opened):
        page = opened(motion="reduce")
        assert told(page) == "step 30 of 30"
        assert page.locator("button.playing").count() == 0

    def test_keys(self, opened):
        page = opened(motion="reduce")
        page.keyboard.press("Home")
        assert told(page) == "step 0 of 30"
        page.keyboard.press("ArrowRight")
        one = page.locator("input").input_value()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        assert one == page.locator("input").input_value() == "1"
        page.keyboard.press("End")
        assert told(page) == "step 30 of 30"
        page.keyboard.press(" ")
        assert page.locator("button").get_attribute("aria-label") == "pause"
        page.keyboard.press(" ")
        assert page.locator("button").get_attribute("aria-label") == "play"

    def test_the_slider_and_the_button(self, opened):
        page = opened(motion="reduce")
        page.locator("input").fill("3")
        assert told(page) != "step 30 of 30"
        page.locator("button").click()
        page.locator("button:not(.playing)").wait_for(timeout=20_000)
        assert told(page) == "step 30 of 30"

    def test_a_finger_drags_it(self, opened):
        page = opened(width=390, motion="reduce", has_touch=True)
        box = page.locator("canvas").bounding_box()
        y = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 0.9 * box["width"], y)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.4 * box["width"], y)
        page.mouse.up()
        last = int(page.locator("input").get_attribute("max"))
        assert int(page.locator("input").input_value()) == pytest.approx(last / 2, abs=0.5)

    def test_any_way_to_a_frame_shows_its_pixels(self, opened):
        page = opened(motion="reduce")
        with set_up(drawn(), (1600, 900), counted=False) as stage:
            still = stage.still()
        assert np.array_equal(picture(page), still)
        page.locator("input").fill("4")
        forwards = picture(page)
        page.keyboard.press("End")
        assert np.array_equal(picture(page), still)
        page.locator("input").fill("4")
        assert np.array_equal(picture(page), forwards)
        assert not np.array_equal(forwards, still)

    @pytest.mark.parametrize("width", [390, 1400])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_all_of_it_can_be_read(self, faults, page_file, width, scheme):
        found = faults(page_file, width=width, scheme=scheme)
        assert not [fault for fault in found if "canvas" not in fault]

    def test_a_hostile_name_runs_nothing(self, opened, tmp_path):
        path = motion.animate(
            drawn(HOSTILE), tmp_path / "race.html", seconds=0.5, description=HOSTILE
        )
        page = opened(path, motion="reduce")
        assert page.title() == HOSTILE
        assert page.locator("img").count() == 1

    def test_without_a_script_the_figure_is_there(self, browser, page_file):
        with browser.new_page(java_script_enabled=False, offline=True) as page:
            page.goto(page_file.as_uri())
            assert page.locator("img").get_attribute("alt") == "Adam arrives. Two paths"
            assert page.locator("img").bounding_box()["width"] > 500
            assert "Without JavaScript" in page.locator("p").inner_text()
            assert not page.locator("form").is_visible()
