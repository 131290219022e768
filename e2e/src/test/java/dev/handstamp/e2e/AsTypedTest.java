package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/// What is wrong with a client is said while it is typed, at the field, and what is folded away opens for it.
class AsTypedTest extends InBrowser {

    private static final String FILL =
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', { bubbles: true }))";

    private static final String SOLE = "https://shop.example/callback";

    private String client;

    @Override
    String login() {
        return "password";
    }

    @BeforeEach
    void openItsPage() throws IOException, InterruptedException {
        client = "client-of-" + user;
        office.client(Map.of(
                "client_id", client,
                "grants", List.of("authorization_code"),
                "redirect_uris", List.of(SOLE),
                "apis", List.of(API),
                "metadata", Map.of("subject_type", "pairwise")));
        go("/admin/clients/" + client);
        chrome.type("input[name=username]", "root");
        chrome.type("input[name=password]", PASSWORD);
        chrome.enter();
    }

    @Test
    void a_member_is_looked_at_while_it_is_typed() throws IOException, InterruptedException {
        open("jwks_uri");
        chrome.type("[name=jwks_uri]", "over there");
        assertWrong("jwks_uri", "jwks_uri has to be an https URI");
        chrome.type("[name=jwks_uri]", "https://shop.example/keys");
        assertSound("jwks_uri");

        open("default_max_age");
        chrome.type("[name=default_max_age]", "soon");
        assertWrong("default_max_age", "default_max_age has to be a number of seconds");
        chrome.type("[name=default_max_age]", "60");
        assertSound("default_max_age");

        assertThat(office.get("/clients/" + client).body())
                .as("nothing is saved")
                .doesNotContain("jwks_uri");
        chrome.press("Save");
        assertThat(chrome.has(".notice.good")).as(chrome.page()).isTrue();
        assertThat(office.get("/clients/" + client).body()).contains("\"default_max_age\":60");
    }

    @Test
    void what_is_folded_away_opens_for_what_is_wrong_in_it() {
        assertThat(chrome.has(".groups > [open]")).isFalse();

        chrome.type("[name=uris]", SOLE + " https://other.example/callback");
        assertWrong("sector_identifier_uri", "subject_type pairwise needs redirect URIs of one host");
        assertThat(chrome.driver().findElements(By.cssSelector(".groups > [open]")))
                .hasSize(1);
        assertThat(Axe.findings(chrome)).isEmpty();
        chrome.type("[name=uris]", SOLE);
        assertSound("sector_identifier_uri");

        chrome.type("[name=sector_identifier_uri]", "x");
        assertWrong("sector_identifier_uri", "sector_identifier_uri has to be");
        chrome.press("Save");
        assertThat(chrome.driver().switchTo().activeElement().getDomAttribute("name"))
                .as("where the page begins")
                .isEqualTo("sector_identifier_uri");
        assertWrong("sector_identifier_uri", "sector_identifier_uri has to be");
    }

    @Test
    void what_is_pressed_stays_where_it_is_until_it_is_let_go() {
        WebElement save = chrome.driver().findElement(By.xpath("//button[normalize-space()='Save']"));
        new Actions(chrome.driver()).clickAndHold(save).perform();
        chrome.script(FILL, chrome.one("[name=uris]"), "over there");
        LockSupport.parkNanos(Duration.ofMillis(1200).toNanos());
        assertThat(chrome.one("#problem-uris").getText())
                .as("while it is pressed")
                .isEmpty();

        chrome.follow(() -> new Actions(chrome.driver()).release().perform());
        assertThat(chrome.one("#problem-uris").getText()).isNotEmpty();
    }

    @Test
    void all_of_it_can_be_opened_on_a_telephone_in_german() {
        chrome.speak("de");
        chrome.open(chrome.address());
        for (WebElement title : chrome.driver().findElements(By.cssSelector(".groups summary"))) title.click();
        assertThat(chrome.driver().findElements(By.cssSelector(".groups > [open]")))
                .hasSize(7);

        chrome.look(320, 640, true);
        assertThat(Axe.findings(chrome)).isEmpty();
        new Manners(chrome).assertFits("every member");
        chrome.look(1280, 900, false);
        chrome.speak("en");
    }

    private void open(String member) {
        chrome.driver()
                .findElement(By.xpath("//details[.//*[@name='" + member + "']]/summary"))
                .click();
    }

    /// It can be seen, and is described by what is wrong with it, which is heard as soon as it is there.
    private void assertWrong(String member, String text) {
        String problem = "#problem-" + member;
        chrome.await(
                () -> chrome.one(problem).getText().startsWith(text),
                () -> "no \"" + text + "\" at " + member + " on " + chrome.page());
        WebElement field = chrome.one("[name=" + member + "]");
        assertThat(field.isDisplayed()).isTrue();
        assertThat(field.getDomAttribute("aria-invalid")).isEqualTo("true");
        assertThat(field.getDomAttribute("aria-describedby").split(" ", -1)).startsWith("problem-" + member);
        assertThat(chrome.one(problem).getDomAttribute("aria-live")).isEqualTo("polite");
    }

    private void assertSound(String member) {
        chrome.await(
                () -> chrome.one("[name=" + member + "]").getDomAttribute("aria-invalid") == null,
                () -> "still wrong: " + member + " on " + chrome.page());
        assertThat(chrome.one("#problem-" + member).isDisplayed()).isFalse();
    }
}
