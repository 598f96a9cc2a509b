package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.model.IpPrefix;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StaticRoutesTest {
    private static final IpPrefix VPC = IpPrefix.parse("10.20.0.0/16");
    private static final IpPrefix OTHER = IpPrefix.parse("10.30.0.0/16");

    private final RecordedTable table = new RecordedTable();
    private final StaticRoutes routes =
            new StaticRoutes("aws", List.of(VPC, OTHER), List.of("aws-1", "aws-2"), table);

    @Test
    void areThereBeforeAnyTunnelIsUpSoThatNothingLeaksToTheDefaultRoute() {
        assertEquals(Map.of("10.20.0.0/16", "aws-1", "10.30.0.0/16", "aws-1"), table.routes);
    }

    @Test
    void pointAtTheFirstTunnelOfTheFileThatIsUp() {
        reselect("aws-2");
        assertEquals("aws-2", routes.target());
        assertEquals(Map.of("10.20.0.0/16", "aws-2", "10.30.0.0/16", "aws-2"), table.routes);

        reselect("aws-1", "aws-2");
        assertEquals("aws-1", routes.target());
    }

    @Test
    void stayWhereTheyAreWhenNoTunnelIsUp() {
        reselect("aws-2");
        reselect();
        assertEquals("aws-2", routes.target());
    }

    @Test
    void areNotWrittenAgainWhenNothingMoves() {
        int before = table.writes;
        reselect("aws-1");
        reselect("aws-1", "aws-2");
        assertEquals(before, table.writes);
    }

    @Test
    void allGoAtTheEnd() {
        routes.removeAll();
        assertEquals(Map.of(), table.routes);
    }

    private void reselect(String... up) {
        routes.reselect(Set.of(up)::contains);
    }

    /** The kernel's table, as far as these routes see it. */
    private static final class RecordedTable implements StaticRoutes.Table {
        private final Map<String, String> routes = new TreeMap<>();
        private int writes;

        @Override
        public void replace(IpPrefix destination, String tunnel) {
            writes++;
            routes.put(destination.toString(), tunnel);
        }

        @Override
        public void remove(IpPrefix destination, String tunnel) {
            routes.remove(destination.toString(), tunnel);
        }
    }
}
