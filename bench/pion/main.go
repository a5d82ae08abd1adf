// One stream to many viewers with Pion, for bench.fanout: RTP comes in on a UDP port of HOST, which
// is printed first; a JSON line of offers is answered with one of answers.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v3"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	host := net.ParseIP(os.Args[1])
	feed, err := net.ListenUDP("udp4", &net.UDPAddr{IP: host})
	check(err)
	fmt.Println(feed.LocalAddr().(*net.UDPAddr).Port)
	api := newAPI(host)
	codec := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264, ClockRate: 90000,
		SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"}
	track, err := webrtc.NewTrackLocalStaticRTP(codec, "video", "bench")
	check(err)
	lines := bufio.NewReaderSize(os.Stdin, 1<<24)
	line, err := lines.ReadBytes('\n')
	check(err)
	var offers, answers []string
	check(json.Unmarshal(line, &offers))
	for _, offer := range offers {
		answers = append(answers, answer(api, track, offer))
	}
	out, err := json.Marshal(answers)
	check(err)
	fmt.Println(string(out))
	go forward(feed, track)
	lines.ReadBytes('\n')
}

func newAPI(host net.IP) *webrtc.API {
	media, registry, settings := &webrtc.MediaEngine{}, &interceptor.Registry{}, webrtc.SettingEngine{}
	check(media.RegisterDefaultCodecs())
	check(webrtc.RegisterDefaultInterceptors(media, registry))
	shared, err := net.ListenUDP("udp4", &net.UDPAddr{IP: host})
	check(err)
	check(shared.SetWriteBuffer(4 << 20))
	check(shared.SetReadBuffer(4 << 20))
	settings.SetICEUDPMux(webrtc.NewICEUDPMux(nil, shared))
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(func(ip net.IP) bool { return ip.Equal(host) })
	return webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(registry),
		webrtc.WithSettingEngine(settings))
}

func answer(api *webrtc.API, track webrtc.TrackLocal, offer string) string {
	peer, err := api.NewPeerConnection(webrtc.Configuration{})
	check(err)
	sender, err := peer.AddTrack(track)
	check(err)
	go func() {
		buffer := make([]byte, 1500)
		for {
			if _, _, err := sender.Read(buffer); err != nil {
				return
			}
		}
	}()
	check(peer.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}))
	gathered := webrtc.GatheringCompletePromise(peer)
	made, err := peer.CreateAnswer(nil)
	check(err)
	check(peer.SetLocalDescription(made))
	<-gathered
	return peer.LocalDescription().SDP
}

func forward(feed *net.UDPConn, track *webrtc.TrackLocalStaticRTP) {
	buffer := make([]byte, 2048)
	for {
		size, err := feed.Read(buffer)
		check(err)
		track.Write(buffer[:size])
	}
}
