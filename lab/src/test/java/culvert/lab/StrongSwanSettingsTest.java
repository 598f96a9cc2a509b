package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StrongSwanSettingsTest {
    @Test
    void nestsDottedNamesOneSettingPerLine() {
        var settings =
                new TreeMap<>(
                        Map.of(
                                "connections.t.version", "2",
                                "connections.t.children.c.esp_proposals", "aes256gcm16-ecp384",
                                "secrets.ike.id-a", "198.18.0.1",
                                "charon.load", "a b"));
        assertEquals(
                """
                connections {
                  t {
                    children {
                      c {
                        esp_proposals = aes256gcm16-ecp384
                      }
                    }
                    version = 2
                  }
                }
                secrets {
                  ike {
                    id-a = 198.18.0.1
                  }
                }
                """,
                StrongSwanSettings.file(settings, "connections", "secrets"));
    }

    @Test
    void readsSectionsAndLists() {
        assertEquals(
                Map.of(
                        "list-sa event.t.state",
                        "ESTABLISHED",
                        "list-sa event.t.ts",
                        "0.0.0.0/0 ::/0"),
                StrongSwanSettings.parsePretty(
                        """
                        list-sa event {
                          t {
                            state = ESTABLISHED
                            ts = [
                              0.0.0.0/0
                              ::/0
                            ]
                          }
                        }
                        list-sas reply {
                        }
                        """));
    }

    @Test
    void listsNoSaWhenThereIsNone() {
        assertEquals(0, IkeSaReport.parse("list-sas reply {\n}\n").size());
    }
}
