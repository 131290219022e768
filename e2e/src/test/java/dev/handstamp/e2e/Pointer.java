package dev.handstamp.e2e;

import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/// Somebody who has a pointer, and a keyboard to type with.
final class Pointer implements Hands {

    private final Chrome chrome;

    Pointer(Chrome chrome) {
        this.chrome = chrome;
    }

    @Override
    public void fill(String label, String text) {
        WebElement field = field(label);
        field.clear();
        field.sendKeys(text);
    }

    @Override
    public void send() {
        chrome.enter();
    }

    @Override
    public void press(String name) {
        WebElement found = pressable(name);
        chrome.follow(found::click);
    }

    @Override
    public void fetch(String name) {
        pressable(name).click();
    }

    private WebElement pressable(String name) {
        return one(
                name,
                By.xpath("//*[self::button or self::a][normalize-space()=" + quoted(name)
                        + " or starts-with(normalize-space(), " + quoted(name + " (") + ") or @aria-label="
                        + quoted(name)
                        + "]"));
    }

    @Override
    public void turn(String name) {
        one(name, By.xpath("//*[self::summary or self::label][normalize-space()=" + quoted(name) + "]"))
                .click();
    }

    @Override
    public void choose(String label, String option) {
        field(label).findElements(By.tagName("option")).stream()
                .filter(each -> each.getText().strip().equals(option))
                .findFirst()
                .orElseThrow()
                .click();
    }

    /// The field whose label begins so: what follows there are hints.
    private WebElement field(String label) {
        return one(
                label,
                By.xpath("//label[normalize-space(span[1])=" + quoted(label)
                        + "]//*[self::input or self::select or self::textarea]"
                        + " | //*[@id=//label[normalize-space()=" + quoted(label) + "]/@for]"
                        + " | //*[@aria-label=" + quoted(label) + "]"));
    }

    private WebElement one(String name, By by) {
        chrome.await(
                () -> !seen(by).isEmpty(),
                () -> "nothing is called " + name + " on " + chrome.address() + ":\n" + chrome.page());
        return seen(by).getFirst();
    }

    private List<WebElement> seen(By by) {
        return chrome.driver().findElements(by).stream()
                .filter(WebElement::isDisplayed)
                .toList();
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
