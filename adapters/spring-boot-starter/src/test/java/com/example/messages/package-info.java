/// An application in the shape of Spring's own resource-server samples, written for the tests: see
/// `dev.handstamp.spring.SwitchTest`.
package com.example.messages;
