package culvert.tunio;

/** A program that makes native calls and prints why there can be no TUN device. */
final class ReportsTunProblem {
    private ReportsTunProblem() {}

    public static void main(String[] arguments) {
        System.out.println(TunDevice.problem());
    }
}
