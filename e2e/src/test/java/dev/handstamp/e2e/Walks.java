package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/// What people do at the server's doors, in a real Chromium. Each walk finds its way by what stands on the pages; what
/// it is walked with is said below.
abstract class Walks extends InBrowser {

    Hands hands;

    abstract Hands hands(Chrome chrome);

    @BeforeAll
    void takeUp() {
        hands = hands(chrome);
    }

    @Test
    void somebody_registers_by_a_link_in_a_mail() {
        String somebody = "new-" + user;
        go("/account");
        hands.press("Create an account");
        hands.fill("E-mail address", "x".repeat(65) + "@example.org");
        hands.send();
        assertProblem("This cannot be an e-mail address.");
        hands.fill("E-mail address", somebody + "@example.org");
        hands.press("Continue");
        chrome.open(letters.linkTo(somebody + "@example.org"));
        hands.fill("User name", somebody);
        hands.fill("Your name", "Someone New");
        hands.fill("Choose a password", "short");
        hands.send();
        assertProblem("This password is too short.");
        hands.fill("Choose a password", NEW);
        hands.press("Create the account");
        hands.press("Sign in");
        signIn(somebody, NEW);
        assertThat(chrome.one("#account-username").getText()).isEqualTo(somebody);
    }

    @Test
    void a_name_is_asked_for_first_and_another_can_be_given() {
        chrome.open(authorize());
        hands.fill("User name or e-mail address", "somebody.else");
        hands.send();
        assertThat(chrome.page()).contains("somebody.else");
        hands.press("Not you?");
        hands.fill("User name or e-mail address", user);
        hands.press("Continue");
        hands.fill("Password", "not my password");
        hands.send();
        assertProblem("The user name or the password is wrong.");
        hands.fill("Password", PASSWORD);
        hands.press("Sign in");
        assertThat(chrome.title()).contains("Allow Corner Shop to access your account?");

        hands.press("Not you?");
        hands.fill("User name or e-mail address", user);
        hands.send();
        hands.fill("Password", PASSWORD);
        hands.send();
        hands.press("Do not allow");
        assertThat(chrome.address()).contains("error=access_denied");
    }

    @Test
    void whoever_cancels_is_back_at_the_application() {
        chrome.open(authorize());
        hands.press("Cancel");
        assertThat(chrome.address()).contains("error=access_denied");
    }

    @Test
    void an_application_is_let_in_and_its_access_is_taken_back() {
        chrome.open(authorize());
        signIn();
        hands.press("Allow");
        assertThat(chrome.address()).contains("code=");
        go("/account");
        hands.press("Applications");
        assertThat(chrome.page()).contains("Corner Shop").doesNotContain("No application");
        hands.press("Remove access");
        assertThat(chrome.page()).contains("No application has access");
    }

    @Test
    void a_second_factor_is_set_up_shown_and_taken_away() {
        go("/account");
        signIn();
        hands.press("Security");
        hands.press("Set up");
        String key = chrome.one("#authenticator-key").getText().replace(" ", "");
        hands.fill("Code that the app shows", "000000");
        hands.send();
        assertProblem("This code is not right.");
        hands.fill("Code that the app shows", code(key, 0));
        hands.press("Set up");
        hands.press("I have saved them");
        hands.press("New recovery codes");
        List<String> codes = recoveryCodes();
        assertThat(codes).hasSize(8);
        hands.press("I have saved them");

        signOut();
        hands.press("Sign in again");
        signIn();
        hands.fill("Code from your authenticator app", "000000");
        hands.send();
        assertProblem("The code is wrong, or has been used already.");
        hands.turn("Do not ask again on this device for 30 days");
        hands.fill("Code from your authenticator app", code(key, 30));
        hands.press("Continue");
        assertThat(chrome.one("#account-username").getText()).isEqualTo(user);

        hands.press("Sessions");
        hands.press("Forget");
        signOut();
        hands.press("Sign in again");
        signIn();
        hands.press("Use a recovery code");
        hands.press("Use your authenticator app");
        hands.press("Use a recovery code");
        hands.fill("Recovery code", codes.getFirst());
        hands.send();
        assertThat(chrome.one("#account-username").getText()).isEqualTo(user);
        hands.press("Security");
        hands.press("Remove");
        assertThat(chrome.page()).contains("The authenticator is removed.");
    }

    @Test
    void a_second_factor_that_an_application_asks_for_is_set_up_on_the_way() {
        chrome.open(authorize() + "&acr_values=aal2");
        signIn();
        assertThat(chrome.page()).contains("Corner Shop lets nobody in by the password alone");
        hands.press("Set up an authenticator app");
        String key = chrome.one("#authenticator-key").getText().replace(" ", "");
        hands.fill("Code that the app shows", code(key, 0));
        hands.press("Set up");
        hands.press("I have saved them");
        hands.press("Allow");
        assertThat(chrome.address()).contains("code=");
    }

    @Test
    void whoever_wants_no_second_factor_is_back_at_the_application() {
        chrome.open(authorize() + "&acr_values=aal2");
        signIn();
        hands.press("Cancel");
        assertThat(chrome.address()).contains("error=access_denied");
    }

    @Test
    void a_forgotten_password_is_set_anew_by_mail() {
        chrome.open(authorize());
        hands.press("Forgot your password?");
        hands.fill("User name or e-mail address", user);
        hands.press("Send me an e-mail");
        assertThat(chrome.page()).contains("If there is such an account");
        chrome.open(letters.linkTo(user + "@example.org"));
        hands.fill("New password", "password1");
        hands.press("Set the password");
        assertProblem("This password is");
        hands.fill("New password", NEW);
        hands.press("Set the password");
        signIn(user, NEW);
        assertThat(chrome.title()).contains("Allow Corner Shop to access your account?");
    }

    @Test
    void a_password_that_was_forgotten_on_the_way_to_the_account_is_set_anew() {
        go("/account");
        hands.press("Forgot your password?");
        hands.fill("User name or e-mail address", user);
        hands.send();
        chrome.open(letters.linkTo(user + "@example.org"));
        hands.fill("New password", NEW);
        hands.send();
        hands.press("Sign in");
        signIn(user, NEW);
        assertThat(chrome.one("#account-username").getText()).isEqualTo(user);
    }

    @Test
    void a_code_from_a_mail_signs_in() {
        go("/account");
        hands.press("Sign in by e-mail");
        hands.fill("User name or e-mail address", user);
        hands.press("Send me an e-mail");
        hands.fill("Code from the e-mail", "000000");
        hands.send();
        assertProblem("The code is wrong or has expired.");
        hands.fill("Code from the e-mail", letters.codeTo(user + "@example.org"));
        hands.press("Sign in");
        assertThat(chrome.one("#account-username").getText()).isEqualTo(user);
    }

    @Test
    void the_profile_speaks_the_language_that_is_chosen() {
        go("/account");
        signIn();
        hands.fill("Name", "Vera Valentina Vale");
        hands.choose("Language", "Deutsch");
        hands.press("Save");
        assertThat(chrome.one("html").getDomAttribute("lang")).isEqualTo("de");
        assertThat(chrome.one("[name=name]").getDomProperty("value")).isEqualTo("Vera Valentina Vale");
    }

    @Test
    void another_address_is_confirmed_by_mail() {
        String address = "other-" + user + "@example.org";
        go("/account");
        signIn();
        hands.press("Change or confirm your e-mail address");
        hands.fill("E-mail address", address);
        hands.press("Send me an e-mail");
        chrome.open(letters.linkTo(address));
        hands.press("Yes, this is my address");
        hands.press("Back to your account");
        assertThat(chrome.one("#account-email").getText()).isEqualTo(address);
    }

    @Test
    void another_password_is_set() {
        go("/account/security");
        signIn();
        hands.press("Change");
        hands.fill("New password", user + "-" + user);
        hands.fill("Repeat the new password", user + "-" + user);
        hands.press("Save");
        assertProblem("This password is made of your name");
        hands.fill("New password", NEW);
        hands.fill("Repeat the new password", "seven green umbrellas at one");
        hands.press("Save");
        assertProblem("The two are not the same.");
        hands.fill("New password", NEW);
        hands.fill("Repeat the new password", NEW);
        hands.send();
        assertThat(chrome.page()).contains("Your password is changed.");
    }

    @Test
    void a_session_is_ended_and_then_all_of_them() throws IOException, InterruptedException {
        Office.token(server, user, API);
        go("/account/sessions");
        signIn();
        assertThat(chrome.driver().findElements(By.cssSelector("input[value=end]")))
                .hasSize(2);
        WebElement other = chrome.driver()
                .findElement(By.xpath("//li[not(.//*[text()='this browser'])]//button[starts-with(., 'Sign out')]"));
        hands.press(other.getDomProperty("textContent").strip().replaceAll("\\s+", " "));
        assertThat(chrome.driver().findElements(By.cssSelector("input[value=end]")))
                .hasSize(1);
        hands.press("Sign out everywhere");
        assertThat(chrome.page()).contains("You are signed out here.");
        hands.press("Sign in again");
        assertThat(chrome.title()).contains("Sign in");
    }

    @Test
    void an_account_is_taken_along_and_deleted() throws IOException {
        go("/account/data");
        signIn();
        Path downloads = Files.createDirectories(folder.resolve("downloads"));
        chrome.keepDownloads(downloads);
        hands.fetch("Download");
        Path file = downloads.resolve("account.json");
        chrome.await(() -> Files.exists(file), () -> "nothing in " + downloads);
        assertThat(file).content().contains(user);

        hands.fill("Type " + user + " to confirm", "somebody");
        hands.press("Delete for good");
        assertProblem("That is not your user name.");
        hands.fill("Type " + user + " to confirm", user);
        hands.press("Delete for good");
        assertThat(chrome.page()).contains("Your account is deleted");
    }

    @Test
    void a_device_is_connected() throws IOException, InterruptedException {
        go("/device");
        hands.fill("Code", "ABCD-EFGH");
        hands.send();
        assertProblem("No device is waiting with this code");
        hands.fill("Code", userCode());
        hands.press("Continue");
        signIn();
        hands.press("Allow");
        assertThat(chrome.page()).contains("The device is connected");

        go("/device");
        hands.fill("Code", userCode());
        hands.send();
        hands.press("Do not allow");
        assertThat(chrome.page()).contains("The device is not connected");
    }

    @Test
    void signing_out_is_asked_about() {
        go("/account");
        signIn();
        hands.press("Sign out");
        hands.press("Stay signed in");
        hands.press("To your account");
        assertThat(chrome.one("#account-username").getText()).isEqualTo(user);
        signOut();
        assertThat(chrome.page()).contains("You are signed out here.");
    }

    @Test
    void an_administrator_finds_a_user_and_disables_them() {
        go("/admin");
        signIn("root", PASSWORD);
        hands.fill("User name, name or e-mail address", user);
        hands.press("Search");
        hands.press(user);
        hands.fill("Name", "Vera Valentina Vale");
        hands.press("Save");
        hands.press("Disable");
        assertThat(chrome.one("#state").getText()).isEqualTo("disabled");
        hands.press("Enable");
        assertThat(chrome.one("#state").getText()).isEqualTo("enabled");
        hands.press("Disable");

        chrome.forget();
        go("/account");
        signIn();
        assertProblem("The user name or the password is wrong.");
    }

    @Test
    void an_administrator_rotates_a_key() {
        go("/admin/keys");
        signIn("root", PASSWORD);
        String before = current();
        hands.press("Rotate now");
        assertThat(chrome.page()).contains("ES256");
        assertThat(current()).isNotEqualTo(before);
    }

    private String current() {
        return chrome.driver()
                .findElement(By.xpath("//tr[.//*[contains(@class, 'badge good')]]/th"))
                .getText();
    }

    @Test
    void an_administrator_changes_a_client() throws IOException, InterruptedException {
        String id = "books-" + user;
        office.client(Map.of(
                "client_id", id,
                "public", true,
                "grants", List.of("authorization_code"),
                "redirect_uris", List.of(callback()),
                "apis", List.of(API)));
        go("/admin/clients");
        signIn("root", PASSWORD);
        hands.fill("Identifier or name", id);
        hands.send();
        hands.press(id);
        hands.fill("Name", "Books");
        hands.choose("Sign-in that is asked for (acr)", "aal2");
        hands.turn("Sign-out");
        hands.fill("Address that is told when a sign-in is over backchannel_logout_uri", "over there");
        hands.press("Save");
        assertThat(chrome.one("#problem-backchannel_logout_uri").isDisplayed()).isTrue();
        hands.fill("Address that is told when a sign-in is over backchannel_logout_uri", callback());
        hands.press("Save");
        assertThat(chrome.has(".notice.good")).as(chrome.page()).isTrue();
        assertThat(chrome.one("[name=backchannel_logout_uri]").getDomProperty("value"))
                .isEqualTo(callback());
        assertThat(chrome.one("[name=name]").getDomProperty("value")).isEqualTo("Books");
        hands.turn("Delete …");
        hands.press("Delete for good");
        assertThat(chrome.has("a[href$='/" + id + "']")).isFalse();
    }

    @Test
    void an_administrator_takes_a_token_apart() throws IOException, InterruptedException {
        go("/admin/token");
        signIn("root", PASSWORD);
        hands.fill("Access token", Office.token(server, user, API));
        hands.press("Take it apart");
        assertThat(chrome.has("#verdict.good")).isTrue();
    }

    void signIn() {
        signIn(user, PASSWORD);
    }

    void signIn(String name, String password) {
        hands.fill("User name or e-mail address", name);
        hands.press("Continue");
        hands.fill("Password", password);
        hands.press("Sign in");
    }

    void signOut() {
        hands.press("Sign out");
        hands.press("Sign out");
    }
}
