// Reads "a<TAB>b" lines, writes the relation of a to b by Maven's ComparableVersion; run as a source file with
// maven-artifact and commons-lang3 on the class path.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import org.apache.maven.artifact.versioning.ComparableVersion;

public class Maven {
    public static void main(String[] args) throws Exception {
        StringBuilder out = new StringBuilder();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] pair = line.split("\t", -1);
            int relation = new ComparableVersion(pair[0]).compareTo(new ComparableVersion(pair[1]));
            out.append("<=>".charAt(1 + Integer.signum(relation))).append('\n');
        }
        System.out.print(out);
    }
}
