package dev.handstamp.server.domain.passkey;

import java.util.Map;
import java.util.Optional;

/// Who made what keeps a passkey, by the identifier of the model (AAGUID, WebAuthn Level 3 §6.5.1). Nobody has proved
/// it: good for a name, never for a decision.
///
/// The names of password managers and platforms are those of the list at
/// [passkeydeveloper](https://github.com/passkeydeveloper/passkey-authenticator-aaguids), as of August 2026. Those of
/// security keys shorten what the vendor's table of models and the FIDO Metadata Service call them: one identifier is
/// that of several shapes.
public final class Maker {

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "Apple Passwords"),
            Map.entry("dd4ec289-e01d-41c9-bb89-70fa845d4bf2", "iCloud Keychain (Managed)"),
            Map.entry("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "Google Password Manager"),
            Map.entry("adce0002-35bc-c60a-648b-0b25f1f05503", "Chrome on Mac"),
            Map.entry("b5397666-4885-aa6b-cebf-e52262a439a2", "Chromium Browser"),
            Map.entry("771b48fd-d3d4-4f74-9232-fc157ab0507a", "Edge on Mac"),
            Map.entry("08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"),
            Map.entry("9ddd1817-af5a-4672-a2b9-3e3dd95000a9", "Windows Hello"),
            Map.entry("6028b017-b1d4-4c02-b4b3-afcdafc96bb2", "Windows Hello"),
            Map.entry("d3452668-01fd-4c12-926c-83a4204853aa", "Microsoft Password Manager"),
            Map.entry("53414d53-554e-4700-0000-000000000000", "Samsung Pass"),
            Map.entry("bada5566-a7aa-401f-bd96-45619a55120d", "1Password"),
            Map.entry("d548826e-79b4-db40-a3d8-11116f7e8349", "Bitwarden"),
            Map.entry("531126d6-e717-415c-9320-3d9aa6981239", "Dashlane"),
            Map.entry("50726f74-6f6e-5061-7373-50726f746f6e", "Proton Pass"),
            Map.entry("b84e4048-15dc-4dd0-8640-f4f60813c8af", "NordPass"),
            Map.entry("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6", "Keeper"),
            Map.entry("fdb141b2-5d84-443e-8a35-4698c205a502", "KeePassXC"),
            Map.entry("eaecdef2-1c31-5634-8639-f1cbd9c00a08", "KeePassDX"),
            Map.entry("f3809540-7f14-49c1-a8b3-8f813b225541", "Enpass"),
            Map.entry("b78a0a55-6ef8-d246-a042-ba0f6d55050c", "LastPass"),
            Map.entry("b35a26b2-8f6e-4697-ab1d-d44db4da28c6", "Zoho Vault"),
            Map.entry("de503f9c-21a4-4f76-b4b7-558eb55c6f89", "Devolutions"),
            Map.entry("a10c6dd9-465e-4226-8198-c7c44b91c555", "Kaspersky Password Manager"),
            Map.entry("fa37f553-f9b6-4adb-ac53-8bbb57ebdf0d", "Norton Password Manager"),
            Map.entry("cb69481e-8ff7-4039-93ec-0a2729a154a8", "YubiKey 5"),
            Map.entry("ee882879-721c-4913-9775-3dfcce97072a", "YubiKey 5"),
            Map.entry("2fc0579f-8113-47ea-b116-bb5a8db9202a", "YubiKey 5 NFC"),
            Map.entry("fa2b99dc-9e39-4257-8f92-4a30d23c4118", "YubiKey 5 NFC"),
            Map.entry("d8522d9f-575b-4866-88a9-ba99fa02f35b", "YubiKey Bio"));

    private Maker() {}

    /// What people know it as, for one of a handful of well-known models.
    public static Optional<String> named(String aaguid) {
        return Optional.ofNullable(NAMES.get(aaguid));
    }
}
