package culvert.bgp.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The AS numbers that a path went through, nearest first (RFC 4271 5.1.2).
 *
 * @param segments runs of AS numbers; none is empty
 */
public record AsPath(List<Segment> segments) {
    public static final AsPath EMPTY = new AsPath(List.of());

    public AsPath {
        segments = List.copyOf(segments);
    }

    /** A path of one sequence. */
    public static AsPath sequence(int... asns) {
        return asns.length == 0 ? EMPTY : new AsPath(List.of(new Segment(false, asns)));
    }

    /** A run of 1 to 255 AS numbers, in order (AS_SEQUENCE) or in none (AS_SET). */
    public static final class Segment {
        static final int MAXIMUM_LENGTH = 255;

        private final boolean set;
        private final int[] asns;

        public Segment(boolean set, int... asns) {
            if (asns.length == 0 || asns.length > MAXIMUM_LENGTH) {
                throw new IllegalArgumentException("a segment holds 1 to 255 AS numbers");
            }
            this.set = set;
            this.asns = asns.clone();
        }

        public boolean isSet() {
            return set;
        }

        public int length() {
            return asns.length;
        }

        /** The AS number at this index, unsigned. */
        public int asn(int index) {
            return asns[index];
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Segment that
                    && set == that.set
                    && Arrays.equals(asns, that.asns);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(asns) + (set ? 1 : 0);
        }

        @Override
        public String toString() {
            String numbers =
                    Arrays.stream(asns)
                            .mapToObj(Integer::toUnsignedString)
                            .collect(Collectors.joining(set ? "," : " "));
            return set ? "{" + numbers + "}" : numbers;
        }
    }

    /** Length as the decision process counts it: a set counts as one (RFC 4271 9.1.2.2 a). */
    public int length() {
        int length = 0;
        for (Segment segment : segments) {
            length += segment.set ? 1 : segment.length();
        }
        return length;
    }

    /** The AS that the path was heard from; empty when the path starts with a set or not at all. */
    public OptionalInt first() {
        return segments.isEmpty() || segments.getFirst().set
                ? OptionalInt.empty()
                : OptionalInt.of(segments.getFirst().asns[0]);
    }

    /** How often the AS number occurs. */
    public int occurrences(int asn) {
        int count = 0;
        for (Segment segment : segments) {
            for (int each : segment.asns) {
                count += each == asn ? 1 : 0;
            }
        }
        return count;
    }

    public boolean hasSet() {
        return segments.stream().anyMatch(Segment::isSet);
    }

    /** Whether a number is there that two octets do not hold. */
    boolean needsFourOctets() {
        return segments.stream().anyMatch(s -> Arrays.stream(s.asns).anyMatch(a -> a >>> 16 != 0));
    }

    /** The path with this AS number put before it as often as told (RFC 4271 5.1.2 b). */
    public AsPath prepended(int asn, int times) {
        int[] numbers = new int[times];
        Arrays.fill(numbers, asn);
        return concatenate(sequenceSegments(numbers), segments);
    }

    /** The first so many AS numbers, sets counted as one. */
    AsPath leading(int count) {
        List<Segment> leading = new ArrayList<>();
        int left = count;
        for (Segment segment : segments) {
            if (left == 0) {
                break;
            }
            if (segment.set || segment.length() <= left) {
                leading.add(segment);
                left -= segment.set ? 1 : segment.length();
            } else {
                leading.add(new Segment(false, Arrays.copyOf(segment.asns, left)));
                left = 0;
            }
        }
        return new AsPath(leading);
    }

    AsPath followedBy(AsPath rest) {
        return concatenate(segments, rest.segments);
    }

    /** Joins sequences that meet, as far as a segment has room. */
    private static AsPath concatenate(List<Segment> front, List<Segment> back) {
        List<Segment> joined = new ArrayList<>(front);
        List<Segment> rest = new ArrayList<>(back);
        if (!front.isEmpty() && !rest.isEmpty()) {
            Segment last = front.getLast();
            Segment next = rest.getFirst();
            if (!last.set && !next.set && last.length() + next.length() <= Segment.MAXIMUM_LENGTH) {
                int[] both = Arrays.copyOf(last.asns, last.length() + next.length());
                System.arraycopy(next.asns, 0, both, last.length(), next.length());
                joined.set(joined.size() - 1, new Segment(false, both));
                rest.removeFirst();
            }
        }
        joined.addAll(rest);
        return new AsPath(joined);
    }

    private static List<Segment> sequenceSegments(int[] asns) {
        List<Segment> segments = new ArrayList<>();
        for (int from = 0; from < asns.length; from += Segment.MAXIMUM_LENGTH) {
            int to = Math.min(asns.length, from + Segment.MAXIMUM_LENGTH);
            segments.add(new Segment(false, Arrays.copyOfRange(asns, from, to)));
        }
        return segments;
    }

    @Override
    public String toString() {
        return segments.stream().map(Segment::toString).collect(Collectors.joining(" "));
    }
}
